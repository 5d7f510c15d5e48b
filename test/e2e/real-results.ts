import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import type { Run } from '../../src/domain/run/run.ts'
import type { Subtest } from '../../src/domain/run/subtest.ts'
import { silentLog as log } from '../../src/log.ts'
import type { SwiftFacts } from '../servers/harness/index.ts'

/** What is true of one run. */
export interface TrueRun {
  readonly row: Run
  readonly subtests: readonly Subtest[]
}

/** What is true of the runs in a folder of containers, as Python's tar reads them. */
export function readTruth(folder: string): TrueRun[] {
  const script = join(import.meta.dirname, 'truth.py')
  const lines = execFileSync('/usr/bin/python3', [script, folder], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return lines
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as TrueRun)
}

/** Puts the containers of a folder into Swift as they are, for everybody to read. */
export async function uploadFolder(swift: SwiftFacts, folder: string): Promise<void> {
  const store = swiftStore({ login: 'keystone', ...swift }, { log })
  for (const container of readdirSync(folder).filter(name => name.startsWith('autopkgtest-'))) {
    await store.createContainer(container, 'public')
    const root = join(folder, container)
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(file => file.isFile())
    await pLimit(6).map(files, file => {
      const path = join(file.parentPath, file.name)
      return store.put(container, path.slice(root.length + 1), readFileSync(path))
    })
  }
  await store.close()
}
