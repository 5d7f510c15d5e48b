import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Failure } from '../../../domain/log/failure/failure.ts'
import { searchWords } from '../../../domain/log/failure/search-words.ts'
import { SIGNATURE_RULES, signatureAddress } from '../../../domain/log/failure/signature.ts'
import { storableText } from '../../sql/storable.ts'
import { ask, type Work } from '../../sql/work.ts'
import type { DerivedTables } from './tables.ts'

/** A run, by the number of its test. */
export interface NumberedRun {
  readonly test: number
  readonly runId: string
}

type CountedPlace = Pick<DerivedTables['signature_count'], 'release' | 'arch'>

/** The places in which a run is counted: among all, in its release, and there on its architecture. */
const placesOf = ({ release, arch }: CountedPlace): readonly CountedPlace[] => [
  { release: '', arch: '' },
  { release, arch: '' },
  { release, arch },
]

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Statements that keep, forget and count failures; only in a transaction that is the only writer. */
export function keepFailures(db: Kysely<DerivedTables>) {
  /** Replaces the kept failures of a run; undefined if its log was not searched. */
  function* put(run: NumberedRun, failures: readonly Failure[] | undefined): Work<void> {
    yield* forget(run, { isOld: false })
    if (failures === undefined) return
    const signatures = new Map<string, number>()
    for (const [number, { test, lines, signature }] of failures.entries()) {
      if (signature !== '' && !signatures.has(signature))
        signatures.set(signature, yield* numberOf(storableText(signature)))
      const row = {
        ...{ test: run.test, run_id: run.runId, number, subtest: test, lines: JSON.stringify(lines) },
        signature: signatures.get(signature) ?? null,
      }
      yield db.insertInto('failure').values(row).compile()
    }
    for (const signature of new Set(signatures.values())) yield* count(run, signature)
    yield db
      .updateTable('detail')
      .set({ failure_rules: SIGNATURE_RULES })
      .where('test', '=', run.test)
      .where('run_id', '=', run.runId)
      .compile()
  }

  function* numberOf(text: string): Work<number> {
    const hash = signatureAddress(text, sha256)
    const [known] = yield* ask(db.selectFrom('signature').select('id').where('hash', '=', hash).compile())
    if (known !== undefined) return known.id
    const row = { hash, text, words: searchWords(text).join(' ') }
    const [made] = yield* ask(db.insertInto('signature').values(row).returning('id').compile())
    return (made as { id: number }).id
  }

  function* placeOf(test: number): Work<CountedPlace> {
    const query = db.selectFrom('test').select(['release', 'arch']).where('id', '=', test)
    const [place] = yield* ask(query.compile())
    return place as CountedPlace
  }

  /** Whether other runs of the same test fail in this way. */
  function* hasOthers({ test, runId }: NumberedRun, signature: number): Work<boolean> {
    const others = db
      .selectFrom('signature_run')
      .select('run_id')
      .where('signature', '=', signature)
      .where('test', '=', test)
      .where('run_id', '<>', runId)
    return (yield* ask(others.limit(1).compile())).length > 0
  }

  function* count(run: NumberedRun, signature: number): Work<void> {
    const tests = (yield* hasOthers(run, signature)) ? 0 : 1
    yield db.insertInto('signature_run').values({ signature, run_id: run.runId, test: run.test }).compile()
    for (const place of placesOf(yield* placeOf(run.test))) {
      const row = { signature, ...place, runs: 1, tests, first_run: run.runId, last_run: run.runId }
      yield db
        .insertInto('signature_count')
        .values(row)
        .onConflict(conflict =>
          conflict.columns(['signature', 'release', 'arch']).doUpdateSet({
            runs: sql`signature_count.runs + 1`,
            tests: sql`signature_count.tests + ${tests}`,
            first_run: sql`CASE WHEN signature_count.first_run <= excluded.first_run THEN signature_count.first_run ELSE excluded.first_run END`,
            last_run: sql`CASE WHEN signature_count.last_run >= excluded.last_run THEN signature_count.last_run ELSE excluded.last_run END`,
          }),
        )
        .compile()
    }
  }

  /**
   * Forgets the failures of a run.
   * @param isOld forgotten only because of its age: since when there are such failures stays known
   */
  function* forget(run: NumberedRun, { isOld }: { readonly isOld: boolean }): Work<void> {
    const rows = yield* ask(
      db
        .deleteFrom('failure')
        .where('test', '=', run.test)
        .where('run_id', '=', run.runId)
        .returning('signature')
        .compile(),
    )
    const signatures = new Set(rows.map(row => row.signature).filter(one => one !== null))
    for (const signature of signatures) yield* uncount(run, signature, isOld)
  }

  function* uncount(run: NumberedRun, signature: number, isOld: boolean): Work<void> {
    yield db
      .deleteFrom('signature_run')
      .where('signature', '=', signature)
      .where('run_id', '=', run.runId)
      .where('test', '=', run.test)
      .compile()
    const tests = (yield* hasOthers(run, signature)) ? 0 : 1
    for (const place of placesOf(yield* placeOf(run.test))) {
      const [left] = yield* ask(
        db
          .updateTable('signature_count')
          .set(eb => ({ runs: eb('runs', '-', 1), tests: eb('tests', '-', tests) }))
          .where('signature', '=', signature)
          .where('release', '=', place.release)
          .where('arch', '=', place.arch)
          .returning(['runs', 'first_run', 'last_run'])
          .compile(),
      )
      if (left === undefined) continue
      if (left.runs <= 0) {
        yield* uncountAll(signature, place)
        continue
      }
      if (left.last_run === run.runId) yield* findEnd(signature, place, 'last_run')
      if (left.first_run === run.runId && !isOld) yield* findEnd(signature, place, 'first_run')
    }
  }

  /** For a place without any more runs; with the last place goes the way of failing itself. */
  function* uncountAll(signature: number, { release, arch }: CountedPlace): Work<void> {
    yield db
      .deleteFrom('signature_count')
      .where('signature', '=', signature)
      .where('release', '=', release)
      .where('arch', '=', arch)
      .compile()
    if (release === '') yield db.deleteFrom('signature').where('id', '=', signature).compile()
  }

  /** Finds the new first or last of the runs in a place. */
  function* findEnd(
    signature: number,
    { release, arch }: CountedPlace,
    end: 'first_run' | 'last_run',
  ): Work<void> {
    let runs = db
      .selectFrom('signature_run as r')
      .innerJoin('test as t', 't.id', 'r.test')
      .select('r.run_id')
      .where('r.signature', '=', signature)
    if (release !== '') runs = runs.where('t.release', '=', release)
    if (arch !== '') runs = runs.where('t.arch', '=', arch)
    const order = end === 'last_run' ? 'desc' : 'asc'
    const [found] = yield* ask(runs.orderBy('r.run_id', order).limit(1).compile())
    if (found === undefined) return
    yield db
      .updateTable('signature_count')
      .set({ [end]: found.run_id })
      .where('signature', '=', signature)
      .where('release', '=', release)
      .where('arch', '=', arch)
      .compile()
  }

  return { put, forget }
}
