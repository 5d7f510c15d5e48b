import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Results } from '../../src/backends/results/results.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog } from '../../src/log.ts'

/** A folder that is removed when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A results database on SQLite that contains these runs and is removed when the test ends. */
export async function resultsWith(...runs: readonly Run[]): Promise<Results> {
  const results = await sqliteResults({ file: join(temporaryFolder(), 'autopkgtest.db'), log: silentLog })
  onTestFinished(() => results.close())
  await results.record(runs)
  return results
}
