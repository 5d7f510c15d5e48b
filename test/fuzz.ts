import fc from 'fast-check'
import { vi } from 'vitest'

/** What is tried is the same each time, so that a run can be repeated; another with `FUZZ_SEED=…`. */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? '20261122') })

const SECONDS = process.env.FUZZ_SECONDS
if (SECONDS !== undefined) vi.setConfig({ testTimeout: Number(SECONDS) * 1000 + 300_000 })

export { fc }

/**
 * How much a property is tried: a little in CI; for a long time by hand, in cases with `FUZZ_RUNS=…` or in seconds for each
 * property with `FUZZ_SECONDS=…`.
 * @param runs cases in CI
 */
export function effort(runs: number): { numRuns: number; interruptAfterTimeLimit?: number } {
  if (SECONDS === undefined) return { numRuns: Number(process.env.FUZZ_RUNS ?? runs) }
  return { numRuns: 100_000_000, interruptAfterTimeLimit: Number(SECONDS) * 1000 }
}
