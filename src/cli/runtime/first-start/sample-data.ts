import { existsSync, readFileSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeFolder } from '../../../backends/index.ts'
import type { Config } from '../../../config/config.ts'
import type { Daemon } from '../../../daemons/runtime/daemon.ts'
import { distributionContainer } from '../../../domain/run/container.ts'
import { madeUpTests } from '../../../sample/made-up-tests.ts'
import type { Sample } from '../../../sample/replay.ts'
import { sampleWorker } from '../../../sample/sample-worker.ts'
import type { SampleWorld } from './sample-world.ts'

/** A small choice of real results; the same from src/cli and dist/cli. */
const EXAMPLES = fileURLToPath(new URL('../../../../examples', import.meta.url))
const REQUESTS = join(EXAMPLES, 'requests.jsonl')

/** Puts the examples into the store, container by container, each as a whole; those that are there are left alone. */
export async function copyExamples({ backends, web }: Config): Promise<void> {
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
  // Those without an example of their own
  for (const release of web.releases)
    await mkdir(join(root, distributionContainer(release)), { recursive: true })
}

/** The daemon that plays the examples' requests, and all others as if the world were there, where nothing is configured. */
export function openSampleWorker(sampled: SampleWorld, isWorld: boolean): Daemon<'broker' | 'store'> {
  const lines = readFileSync(REQUESTS, 'utf8').trimEnd().split('\n')
  const samples = lines.map(line => JSON.parse(line) as Sample)
  const madeUp = madeUpTests(sampled.cast, sampled.uploads, sampled.epoch)
  return sampleWorker(samples, madeUp, { world: isWorld })
}
