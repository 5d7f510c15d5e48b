import { type TestKey, testId } from '../../../domain/test/test.ts'
import type { CountedRun } from '../../../domain/trigger/trigger-state.ts'
import type { Ask } from '../../sql/postgres/postgres.ts'
import {
  type Change,
  type KeptState,
  type KeptTrigger,
  keptState,
  type Standard,
  settle,
} from '../triggers/settle.ts'
import { IS_FAILURE, isStoredFailure } from '../triggers/stored-outcome.ts'
import { tally } from '../triggers/tally.ts'
import { referenceNumber } from './trigger-numbers.ts'

/** A test at which something changed. */
export interface TestToSettle {
  readonly test: TestKey
  /** Its package's current version in the archive. */
  readonly current: string | undefined
  /** By the trigger's number. */
  readonly changes: Map<number, Change>
}

const PUT_RELEASE_ARCHES = `INSERT INTO derived.release_arch(release, arch)
  SELECT DISTINCT g.release, g.arch FROM unnest($1::text[], $2::text[]) AS g(release, arch)
  WHERE NOT EXISTS (SELECT FROM derived.release_arch AS r WHERE r.release = g.release AND r.arch = g.arch)
  ORDER BY 1, 2 ON CONFLICT DO NOTHING`
const RELEASE_ARCHES = 'SELECT id, release, arch FROM derived.release_arch'
const KEPT = `SELECT o.trigger_version AS trigger, o.test, o.outcome, o.run_id AS "runId", o.exitcode, o.version
  FROM unnest($1::integer[], $2::text[], $3::integer[]) AS g(trigger_version, package, test)
  JOIN derived.trigger_outcome AS o
    ON o.trigger_version = g.trigger_version AND o.package = g.package AND o.test = g.test`
const PUT = `INSERT INTO derived.trigger_outcome(trigger_version, package, test, outcome, run_id, exitcode, version, release)
  SELECT * FROM unnest($1::integer[], $2::text[], $3::integer[], $4::integer[], $5::text[], $6::integer[], $7::text[],
    $8::text[])
  ON CONFLICT (trigger_version, package, test) DO UPDATE SET outcome = excluded.outcome, run_id = excluded.run_id,
    exitcode = excluded.exitcode, version = excluded.version, release = excluded.release`
const TAKE = `DELETE FROM derived.trigger_outcome AS o
  USING unnest($1::integer[], $2::text[], $3::integer[]) AS g(trigger_version, package, test)
  WHERE o.trigger_version = g.trigger_version AND o.package = g.package AND o.test = g.test`
const CHANGE = `UPDATE derived.trigger_outcome AS o SET outcome = g.outcome
  FROM unnest($1::integer[], $2::text[], $3::integer[], $4::integer[]) AS g(trigger_version, package, test, outcome)
  WHERE o.trigger_version = g.trigger_version AND o.package = g.package AND o.test = g.test`
const FAILED = `SELECT o.test, o.trigger_version AS id, v.pass_group AS "group", o.outcome
  FROM derived.trigger_outcome AS o JOIN derived.trigger_version AS v ON v.id = o.trigger_version
  WHERE o.test = ANY($1::integer[]) AND o.${IS_FAILURE}`
const CURRENT = 'SELECT test, current FROM derived.trigger_test WHERE test = ANY($1::integer[])'
const PUT_CURRENT = `INSERT INTO derived.trigger_test(test, current) SELECT * FROM unnest($1::integer[], $2::text[])
  ON CONFLICT (test) DO UPDATE SET current = excluded.current`
const PASSES = `SELECT test, pass_group AS "group", version, count FROM derived.trigger_pass
  WHERE test = ANY($1::integer[])`
const ADD_PASSES = `INSERT INTO derived.trigger_pass AS p(test, pass_group, version, count)
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::text[], $4::integer[])
  ON CONFLICT (test, pass_group, version) DO UPDATE SET count = p.count + excluded.count`
const NO_PASSES = 'DELETE FROM derived.trigger_pass WHERE test = ANY($1::integer[]) AND count = 0'
const ADD_COUNTS = `INSERT INTO derived.trigger_count AS c(trigger_version, release_arch, outcome, count)
  SELECT * FROM unnest($1::integer[], $2::integer[], $3::integer[], $4::integer[])
  ON CONFLICT (trigger_version, release_arch, outcome) DO UPDATE SET count = c.count + excluded.count`
const NO_COUNTS = 'DELETE FROM derived.trigger_count WHERE trigger_version = ANY($1::integer[]) AND count = 0'

type KeptRow = CountedRun & { trigger: number; test: number; outcome: number }

interface OutcomePlace {
  readonly trigger: KeptTrigger
  readonly package: string
  readonly test: number
}

/** The kept states of triggers at tests, in their order. */
export async function keptStates(
  ask: Ask,
  places: readonly OutcomePlace[],
): Promise<(KeptState | undefined)[]> {
  const rows = await ask<KeptRow>(KEPT, columnsOf(places))
  const known = new Map(rows.map(row => [`${row.trigger} ${row.test}`, keptState(row)]))
  return places.map(place => known.get(`${place.trigger.id} ${place.test}`))
}

const columnsOf = (places: readonly OutcomePlace[]) => [
  places.map(place => place.trigger.id),
  places.map(place => place.package),
  places.map(place => place.test),
]

/** Writes the consequences of changes at tests, by their numbers: outcomes, counts and their basis. */
export async function settleOutcomes(ask: Ask, changed: ReadonlyMap<number, TestToSettle>): Promise<void> {
  const tests = [...changed].map(([id, one]) => ({ id, ...one }))
  if (tests.length === 0) return
  const ids = tests.map(one => one.id)
  const [standards, releaseArches] = [await standardsOf(ask, tests), await numberReleaseArches(ask, tests)]
  const settled = tests.map((one, index) => ({
    ...one,
    releaseArch: releaseArches[index] as number,
    ...settle(standards[index] as Standard, [...one.changes.values()], one.current),
  }))

  const counts = tally()
  const puts = settled.flatMap(({ id, test, rows }) =>
    rows.flatMap(({ trigger, after }) =>
      after ? [{ trigger, package: test.package, test: id, release: test.release, after }] : [],
    ),
  )
  const takes = settled.flatMap(({ id, test, rows }) =>
    rows.flatMap(({ trigger, after }) => (after ? [] : [{ trigger, package: test.package, test: id }])),
  )
  for (const { releaseArch, rows } of settled) {
    for (const { trigger, before, after } of rows) {
      if (!trigger.isReference) counts.move(trigger.id, releaseArch, before, after?.stored)
    }
  }
  await ask(PUT_CURRENT, [ids, tests.map(one => one.current ?? null)])
  if (takes.length > 0) await ask(TAKE, columnsOf(takes))
  if (puts.length > 0) {
    await ask(PUT, [
      ...columnsOf(puts),
      puts.map(({ after }) => after.stored),
      puts.map(({ after }) => after.run.runId),
      puts.map(({ after }) => after.run.exitcode),
      puts.map(({ after }) => after.run.version),
      puts.map(({ after, release }) => (isStoredFailure(after.stored) ? release : null)),
    ])
  }
  const passes = settled.flatMap(({ id, passes: more }) => more.map(one => ({ id, ...one })))
  if (passes.length > 0) {
    await ask(ADD_PASSES, [
      passes.map(one => one.id),
      passes.map(one => one.group),
      passes.map(one => one.version),
      passes.map(one => one.more),
    ])
  }
  if (passes.some(one => one.more < 0)) await ask(NO_PASSES, [ids])
  await judgeAnew(ask, settled, counts)
  await writeCounts(ask, counts)
}

type Judged = Pick<ReturnType<typeof settle>, 'judge'> & TestToSettle & { id: number; releaseArch: number }

/** Gives triggers that had failed the outcome that follows from a changed baseline or first pass. */
async function judgeAnew(
  ask: Ask,
  settled: readonly Judged[],
  counts: ReturnType<typeof tally>,
): Promise<void> {
  const judges = new Map(settled.filter(one => one.judge !== undefined).map(one => [one.id, one]))
  if (judges.size === 0) return
  const failed = await ask<{ test: number; id: number; group: number; outcome: number }>(FAILED, [
    [...judges.keys()],
  ])
  const moved = failed.flatMap(({ test, id, group, outcome }) => {
    const { judge, releaseArch, test: key } = judges.get(test) as Judged
    const judged = judge?.(group) ?? outcome
    if (judged === outcome) return []
    counts.move(id, releaseArch, outcome, judged)
    return [{ test, id, package: key.package, judged }]
  })
  if (moved.length === 0) return
  await ask(CHANGE, [
    moved.map(one => one.id),
    moved.map(one => one.package),
    moved.map(one => one.test),
    moved.map(one => one.judged),
  ])
}

async function writeCounts(ask: Ask, counts: ReturnType<typeof tally>): Promise<void> {
  const changes = counts.all()
  if (changes.length === 0) return
  const triggers = changes.map(one => one.trigger)
  await ask(ADD_COUNTS, [
    triggers,
    changes.map(one => one.releaseArch),
    changes.map(one => one.stored),
    changes.map(one => one.more),
  ])
  if (changes.some(one => one.more < 0)) await ask(NO_COUNTS, [triggers])
}

async function standardsOf(
  ask: Ask,
  tests: readonly (TestToSettle & { readonly id: number })[],
): Promise<Standard[]> {
  const ids = tests.map(one => one.id)
  const currents = await ask<{ test: number; current: string | null }>(CURRENT, [ids])
  const currentOf = new Map(currents.map(row => [row.test, row.current ?? undefined]))
  const passes = new Map<number, Map<number, Map<string, number>>>()
  const rows = await ask<{ test: number; group: number; version: string; count: number }>(PASSES, [ids])
  for (const { test, group, version, count } of rows) {
    const groups = passes.get(test) ?? new Map<number, Map<string, number>>()
    passes.set(test, groups.set(group, (groups.get(group) ?? new Map()).set(version, count)))
  }
  const reference = await referenceNumber(ask)
  const places = tests.map(({ id, test }) => ({
    trigger: { id: reference ?? 0, group: 0, isReference: true },
    package: test.package,
    test: id,
  }))
  const baselines = reference === undefined ? [] : await keptStates(ask, places)
  return tests.map(({ id }, index) => ({
    baseline: baselines[index]?.state,
    passes: passes.get(id) ?? new Map(),
    current: currentOf.get(id),
  }))
}

/** The numbers of releases and arches, in the order of the tests; missing ones are created. */
async function numberReleaseArches(
  ask: Ask,
  tests: readonly { readonly test: TestKey }[],
): Promise<number[]> {
  await ask(PUT_RELEASE_ARCHES, [tests.map(one => one.test.release), tests.map(one => one.test.arch)])
  const rows = await ask<{ id: number; release: string; arch: string }>(RELEASE_ARCHES)
  const known = new Map(rows.map(row => [testId({ ...row, package: '' }), row.id]))
  return tests.map(({ test }) => {
    const id = known.get(testId({ ...test, package: '' }))
    if (id === undefined) throw new Error(`${test.release}/${test.arch} has no number`)
    return id
  })
}
