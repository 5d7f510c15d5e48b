import type { Derived } from '../../src/backends/derived/derived.ts'
import type { OutcomeCount } from '../../src/backends/derived/triggers.ts'
import type { Run } from '../../src/domain/run/run.ts'

/** One outcome, according to the rules, of a trigger at a test. */
interface NaiveOutcome {
  readonly trigger: string
  readonly test: string
  readonly outcome: string
  readonly runId: string
}

/** Versions of these histories in their order, by dpkg's rules. */
const ORDER = ['1', '2~rc', '2', '3', '4', 'unknown']
const isAbove = (a: string, b: string): boolean => ORDER.indexOf(a) > ORDER.indexOf(b)

/**
 * The outcomes of all triggers, by reading all runs from the first to the last for each of them: nothing is kept from
 * one to the next, and none of the program is used.
 */
export function naiveOutcomes(
  runs: readonly Run[],
  currentOf: (test: Run) => string | undefined,
): NaiveOutcome[] {
  const tests = new Map<string, Run[]>()
  for (const run of runs.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))) {
    const test = `${run.release} ${run.arch} ${run.package}`
    tests.set(test, [...(tests.get(test) ?? []), run])
  }
  return [...tests].flatMap(([test, ordered]) => naiveAt(test, ordered, currentOf))
}

interface Seen {
  readonly kind: 'P' | 'N' | 'F'
  readonly version: string
  readonly runId: string
}

function naiveAt(
  test: string,
  ordered: readonly Run[],
  currentOf: (test: Run) => string | undefined,
): NaiveOutcome[] {
  const seen = new Map<string, Seen>()
  for (const run of ordered) {
    const code = run.exitcode as number
    const version = run.version || ([4, 12, 20].includes(code) ? 'unknown' : undefined)
    if (version === undefined) continue
    const kind = code === 0 || code === 2 ? 'P' : code === 8 ? 'N' : 'F'
    for (const trigger of (run.triggers ?? '').split(' ')) {
      const [source, uploaded, more] = trigger.split('/')
      if (!source || !uploaded || more !== undefined) continue
      if (source === run.package && isAbove(uploaded, version)) continue
      const before = seen.get(trigger)
      if (before?.kind === 'P' && kind !== 'P' && trigger !== 'migration-reference/0') continue
      seen.set(trigger, { kind, version, runId: run.runId })
    }
  }
  const current = currentOf(ordered[0] as Run)
  const passes = [...seen].filter(
    ([, one]) => one.kind === 'P' && (current === undefined || !isAbove(one.version, current)),
  )
  const baseline = seen.get('migration-reference/0')
  return [...seen]
    .filter(([trigger]) => trigger !== 'migration-reference/0')
    .map(([trigger, { kind, runId }]) => {
      const source = trigger.split('/')[0] as string
      const counts = source.startsWith('linux-meta')
        ? passes.filter(([other]) => other.startsWith(`${source}/`))
        : passes
      let outcome = 'regression'
      if (kind === 'P') outcome = 'pass'
      else if (kind === 'N') outcome = 'neutral'
      else if (baseline === undefined) outcome = 'no baseline'
      else if (baseline.kind === 'F' || counts.length === 0) outcome = 'not a regression'
      return { trigger, test, outcome, runId }
    })
}

/** One line for each outcome, and one for each count. */
export function outcomeLines(outcomes: readonly NaiveOutcome[]): string[] {
  const counts = new Map<string, number>()
  for (const { trigger, test, outcome } of outcomes) {
    const key = `${trigger}: ${test.split(' ').slice(0, 2).join(' ')} ${outcome}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [
    ...outcomes.map(({ trigger, test, outcome, runId }) => `${trigger} ${test} ${outcome} ${runId}`),
    ...[...counts].map(([key, count]) => `${key} ${count}`),
  ].sort()
}

/** The same for everything that is kept. */
export async function kept({ triggers }: Derived): Promise<string[]> {
  const lines: string[] = []
  for (const source of await triggers.sources('', 100)) {
    if (source === 'migration-reference') continue
    for (const { version, counts } of await triggers.versions(source, 100)) {
      const trigger = { source, version }
      const name = `${source}/${version}`
      const all = await triggers.tests(trigger, {}, { limit: 1000 })
      lines.push(
        ...all.map(one => `${name} ${one.release} ${one.arch} ${one.package} ${one.outcome} ${one.runId}`),
      )
      const exact = countsOf(await triggers.counts(trigger))
      lines.push(...Object.entries(exact).map(([key, count]) => `${name}: ${key} ${count}`))
      const sum = Object.values(exact).reduce((total, count) => total + count, 0)
      const total = Object.values(counts).reduce((all, count) => all + count, 0)
      if (sum !== total || sum !== all.length)
        lines.push(`${name}: counts differ: ${sum} ${total} ${all.length}`)
    }
  }
  return lines.sort()
}

/** Counts by their subject. */
export function countsOf(counts: readonly OutcomeCount[] | undefined): Record<string, number> {
  return Object.fromEntries(
    (counts ?? []).map(one => [`${one.release} ${one.arch} ${one.outcome}`, one.count]),
  )
}
