import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseRunDirectory } from '../../src/domain/run/container.ts'
import type { Run } from '../../src/domain/run/run.ts'
import type { Subtest } from '../../src/domain/run/subtest.ts'

/**
 * A folder of real results with the truth about them: each kind once, or a larger one that `AUTOPKGTEST_CORPUS`
 * names. It contains containers as in the store, `index.json` and `messages.jsonl`.
 */
export const CORPUS =
  process.env.AUTOPKGTEST_CORPUS ?? fileURLToPath(new URL('../fixtures/corpus', import.meta.url))

/** The truth about one run. */
export interface CorpusRun {
  /** `container/release/arch/prefix/package/run_id` */
  readonly name: string
  /** '' if unknown. */
  readonly row: Run
  readonly subtests: readonly Subtest[]
  readonly logBytes: number
}

interface IndexEntry extends Omit<Run, 'runId'> {
  readonly run: string
  readonly run_id: string
  readonly tests: readonly Subtest[]
  readonly log_bytes: number
}

export function readCorpus(folder: string): CorpusRun[] {
  const { runs } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as { runs: IndexEntry[] }
  return runs.map(entry => {
    const key = parseRunDirectory(entry.run.slice(entry.run.indexOf('/') + 1))
    if (key === undefined || key.runId !== entry.run_id) throw new Error(`${entry.run} is no run`)
    const { version, triggers, duration, exitcode, requester, env } = entry
    return {
      name: entry.run,
      row: { ...key, version, triggers, duration, exitcode, requester: requester ?? '', env: env ?? '' },
      subtests: entry.tests,
      logBytes: entry.log_bytes,
    }
  })
}
