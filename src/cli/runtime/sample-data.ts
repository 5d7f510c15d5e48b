import { existsSync, readFileSync } from 'node:fs'
import { cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeFolder } from '../../backends/index.ts'
import type { Config } from '../../config/config.ts'
import type { Daemon } from '../../daemons/runtime/daemon.ts'
import { type Sample, sampleWorker } from '../../daemons/sample-worker.ts'

/** A small choice of real results; the same from src/cli and dist/cli. */
const EXAMPLES = fileURLToPath(new URL('../../../examples', import.meta.url))
const REQUESTS = join(EXAMPLES, 'requests.jsonl')

/** Puts the examples into the store, container by container, each as a whole; those that are there are left alone. */
export async function copyExamples({ backends }: Config): Promise<void> {
  const root = storeFolder(backends)
  if (root === undefined) return
  const entries = await readdir(EXAMPLES, { withFileTypes: true })
  for (const { name } of entries.filter(entry => entry.isDirectory())) {
    const container = join(root, name)
    if (existsSync(container)) continue
    const incoming = `${root}.incoming`
    await rm(incoming, { recursive: true, force: true })
    await cp(join(EXAMPLES, name), incoming, { recursive: true })
    await rename(incoming, container)
  }
}

/** The daemon that replays the examples' requests, where nothing is configured. */
export function openSampleWorker(): Daemon<'broker' | 'store'> {
  const lines = readFileSync(REQUESTS, 'utf8').trimEnd().split('\n')
  return sampleWorker(lines.map(line => JSON.parse(line) as Sample))
}
