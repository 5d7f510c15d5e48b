import type { Results } from '../../backends/results/results.ts'
import { type UsualDuration, usualDuration } from '../../domain/run/usual-duration.ts'
import type { TestKey } from '../../domain/test/test.ts'

interface Deps {
  readonly results: Pick<Results, 'durations'>
}

/** The number of newest runs that determine how long a test takes: tests change, and old runs say nothing. */
const NEWEST = 40
/** The number of tests in one query. */
const MOST_AT_ONCE = 500
/** How long percentiles are cached: a few more runs hardly change them. */
const KEPT_MS = 10 * 60_000
const MOST_KEPT = 20_000

interface KeptDuration {
  readonly usual: UsualDuration | undefined
  readonly until: number
}

const keptOf = new WeakMap<object, Map<string, KeptDuration>>()
const nameOf = ({ release, arch, package: name }: TestKey): string => `${release}/${arch}/${name}`

/** How long each of these tests usually takes, in the same order; undefined for a test without runs. */
export async function usualDurations(
  { results }: Deps,
  tests: readonly TestKey[],
): Promise<(UsualDuration | undefined)[]> {
  const kept = keptOf.get(results) ?? new Map<string, KeptDuration>()
  keptOf.set(results, kept)
  const now = performance.now()
  if (kept.size > MOST_KEPT) kept.clear()
  const known = new Map<string, UsualDuration | undefined>()
  const wanted = new Map<string, TestKey>()
  for (const test of tests) {
    const name = nameOf(test)
    const one = kept.get(name)
    if (one !== undefined && one.until > now) known.set(name, one.usual)
    else wanted.set(name, test)
  }
  const missing = [...wanted]
  for (let from = 0; from < missing.length; from += MOST_AT_ONCE) {
    const some = missing.slice(from, from + MOST_AT_ONCE)
    const lists = await results.durations(
      some.map(([, test]) => test),
      NEWEST,
    )
    for (const [place, [name]] of some.entries()) {
      const usual = usualDuration(lists[place] ?? [])
      known.set(name, usual)
      kept.set(name, { usual, until: now + KEPT_MS })
    }
  }
  return tests.map(test => known.get(nameOf(test)))
}
