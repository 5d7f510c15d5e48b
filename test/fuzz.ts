import fc from 'fast-check'
import { expect } from 'vitest'
import { FUZZ_SECONDS } from './fuzz-seconds.ts'

/** How many cases were tried, said of each property when it is tried for long; what failed, as ever. */
function reporter<T>(details: fc.RunDetails<T>): void {
  if (FUZZ_SECONDS !== undefined) {
    process.stderr.write(`${details.numRuns} cases: ${expect.getState().currentTestName}\n`)
  }
  if (!details.failed) return
  throw new Error(fc.defaultReportMessage(details), { cause: details.errorInstance })
}

/** What is tried is the same each time, so that a run can be repeated; another with `FUZZ_SEED=…`. */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? '20261122'), reporter })

export { fc }

/**
 * How much a property is tried: a little in CI; for a long time by hand, in cases with `FUZZ_RUNS=…` or in seconds for each
 * property with `FUZZ_SECONDS=…`.
 * @param runs cases in CI
 */
export function effort(runs: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  if (FUZZ_SECONDS === undefined) return { numRuns: Number(process.env.FUZZ_RUNS ?? runs) }
  return { numRuns: 100_000_000, interruptAfterTimeLimit: FUZZ_SECONDS * 1000 }
}
