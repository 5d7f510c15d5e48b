/** How long a test usually takes, from its own runs; in seconds. */
export interface UsualDuration {
  /** The number of runs that it is based on. */
  readonly n: number
  readonly p10: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  /** autopkgtest's own limit for a test, or this test's longest run if that took more. */
  readonly timeout: number
}

/** The progress of a running test. */
export interface RunPace {
  /** `late`: longer than 95 % of its runs; `stuck`: somebody should have a look. */
  readonly level: 'usual' | 'late' | 'stuck'
  /** The reason, for readers; '' if it is as usual. */
  readonly reason: string
}

/** autopkgtest's default for `--timeout-test`. */
const TIMEOUT_S = 10_000
/** A run that has used this share of its time is unlikely to end by itself. */
const NEAR = 0.9
const FAR_OVER = 3
/** With fewer runs, percentiles say nothing. */
const FEW = 5
/**
 * The time without output, in seconds, after which a test counts as silent: compiling or waiting rarely takes
 * longer.
 */
const SILENT_S = 600

/** Exit codes of runs that say nothing about a test's duration: the testbed failed, or it was never run. */
export const NEVER_RAN: readonly number[] = [16, 99]

/**
 * The value below which the share `p` of sorted numbers lies, interpolated between two numbers. NaN if there
 * are none.
 */
export function percentile(sorted: readonly number[], p: number): number {
  const at = (sorted.length - 1) * p
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]]
  if (low === undefined || high === undefined) return Number.NaN
  return low + (high - low) * (at - Math.floor(at))
}

/** Undefined if no run of the test has a known duration. */
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
 * The progress of a running test after its duration so far.
 * @param silent seconds since its log last grew; undefined if unknown
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
