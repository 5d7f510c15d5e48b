import { makeLargeUpload } from '../../scripts/generate/large-upload.ts'
import type { RunKey, TestKey } from '../../src/domain/test/test.ts'
import { OUTCOMES } from '../../src/domain/trigger/outcome.ts'
import { parseTrigger, type Trigger } from '../../src/domain/trigger/trigger.ts'
import { links } from '../../src/web/links.ts'
import { ARCHES, aWorld, END, RELEASES } from '../lib/databases.ts'

/** A kind of page that tells why something fails, and the time allowed for its first request. */
export interface AnalysisKind {
  readonly name: string
  readonly paths: readonly string[]
  readonly withinMs: number
}

/** The data from which the addresses are made. */
export interface Known {
  readonly triggers: readonly Trigger[]
  readonly tests: readonly TestKey[]
  /** Two runs of one test each, the older first. */
  readonly pairs: readonly (readonly [RunKey, RunKey])[]
}

const NEWEST = RELEASES.at(-1) as string
const OLDEST = RELEASES[0] as string
const DAY = 86_400_000

/** `20261118`: a number of days before the end of the generated data. */
const dayBefore = (days: number): string => new Date(END.getTime() - days * DAY).toISOString().slice(0, 10)

/** The additional upload that the generator makes with `--large-upload`. */
const largeUpload = (): Trigger => {
  const [run] = makeLargeUpload(aWorld(), 1, END)
  return parseTrigger(run?.triggers ?? '') as Trigger
}

export function analysisKinds({ triggers, tests, pairs }: Known, once: number): AnalysisKind[] {
  const days = Array.from({ length: Math.min(once, 40) }, (_, day) => day + 1)
  const kind = (name: string, withinMs: number, paths: readonly string[]): AnalysisKind => ({
    name,
    withinMs,
    paths: paths.slice(0, once),
  })
  const large = largeUpload()
  return [
    kind('trigger, large', 50, [
      links.trigger(large),
      ...OUTCOMES.flatMap(outcome => [
        links.trigger(large, { outcome }),
        ...ARCHES.map(arch => links.trigger(large, { outcome, arch })),
      ]),
    ]),
    kind(
      'trigger',
      50,
      triggers.map(one => links.trigger(one)),
    ),
    kind(
      'changes',
      300,
      days.map(day => links.changes({ release: NEWEST, from: dayBefore(day * 7), to: dayBefore(day % 7) })),
    ),
    kind('regressions', 50, [
      ...days.map(day => links.regressions({ release: NEWEST, max_age: String(day + 10_000) })),
      ...ARCHES.map(arch => links.regressions({ arch, max_age: '10000' })),
    ]),
    kind(
      'regressions, old release',
      50,
      days.map(day => links.regressions({ release: OLDEST, max_age: String(day + 10_000) })),
    ),
    kind(
      'history',
      50,
      tests.map(one => links.test(one)),
    ),
    kind(
      'compare',
      50,
      pairs.map(([from, to]) => links.compare(to, { from: from.runId, to: to.runId })),
    ),
    kind('recent', 50, [
      ...RELEASES.flatMap(release => ARCHES.map(arch => `/recent?limit=100&release=${release}&arch=${arch}`)),
    ]),
  ]
}
