/** How long a test usually takes, by its own runs; seconds. */
export interface UsualDuration {
  /** How many runs it is of. */
  readonly n: number
  readonly p10: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  /** autopkgtest's own limit for a test, or the longest that this one took where that is more. */
  readonly timeout: number
}

/** What is known of how a running test is doing. */
export interface RunPace {
  /** `late`: longer than 95 % of its runs took; `stuck`: somebody should look. */
  readonly level: 'usual' | 'late' | 'stuck'
  /** Why, for a reader; '' where it is as usual. */
  readonly reason: string
}

/** autopkgtest's `--timeout-test` unless it is told otherwise. */
const TIMEOUT_S = 10_000
/** A run that has used so much of its time will hardly end by itself. */
const NEAR = 0.9
const FAR_OVER = 3
/** Below this, percentiles say nothing. */
const FEW = 5
/** Nothing was written for so long: tests that compile or wait in silence rarely take more. */
const SILENT_S = 600

/** Exit codes of runs that say nothing of how long a test takes: the testbed failed, or it was never run. */
export const NEVER_RAN: readonly number[] = [16, 99]

/** The value below which the share `p` of sorted numbers lies, between two where it falls there. NaN of none. */
export function percentile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  if (low === undefined || high === undefined) return Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** Undefined where a test has no run yet whose duration is known. */
export function usualDuration(durations: readonly number[]): UsualDuration | undefined {
  const sorted = durations.filter(seconds => seconds > 0).toSorted((a, b) => a - b)
  if (sorted.length === 0) return undefined
  return {
    n: sorted.length,
    p10: percentile(sorted, 0.1),
    p50: percentile(sorted, 0.5),
    p90: percentile(sorted, 0.9),
    p95: percentile(sorted, 0.95),
    timeout: Math.max(TIMEOUT_S, sorted.at(-1) as number),
  }
}

/**
 * How a test is doing that has run for so long.
 * @param silent seconds since its log last grew; undefined where nobody knows
 */
export function paceOf(
  elapsed: number,
  usual: UsualDuration | undefined,
  silent: number | undefined,
): RunPace {
  const known = usual !== undefined && usual.n >= FEW ? usual : undefined
  if (silent !== undefined && silent >= SILENT_S) {
    return { level: 'stuck', reason: `nothing new in its log for ${Math.floor(silent / 60)} min` }
  }
  if (known !== undefined && elapsed > FAR_OVER * known.p90) {
    return { level: 'stuck', reason: 'over 3 times its usual' }
  }
  if (elapsed >= NEAR * (usual?.timeout ?? TIMEOUT_S) && elapsed > (known?.p95 ?? 0)) {
    return { level: 'stuck', reason: 'near its time-out' }
  }
  if (known !== undefined && elapsed > known.p95) {
    return { level: 'late', reason: 'longer than 95 % of its runs took' }
  }
  return { level: 'usual', reason: '' }
}
