import type { Run } from '../../../domain/run/run.ts'
import {
  PASSED_VERDICTS,
  SILENT_NUMBERS,
  storedNumber,
  storedVerdict,
  verdictStoredAs,
} from '../../../domain/run/verdict.ts'
import { TEST_CHANGES, type TestChange } from '../../../domain/test/test-change.ts'
import { isReferenceRun } from '../../../domain/trigger/trigger.ts'
import type { SqlEngine } from '../../sql/migrations.ts'
import { storableJson } from '../../sql/storable.ts'
import type { ChangedTest, ChangeFilter, Moment, Moments, ResultAt } from '../moments.ts'
import { type Dialect, POSTGRES, SQLITE } from '../newest.ts'
import { allOf, statement, type TextStatement } from '../triggers/statement.ts'

type RowRange = Parameters<Moments['compare']>[3]

interface MomentRow {
  /** An index in {@link TEST_CHANGES}. */
  readonly change: number
  readonly package: string | null
  readonly arch: string | null
  readonly was: string | null
  readonly now: string | null
  /** The number of tests, in a row without a package. */
  readonly count: number
}

/** Compares the results of tests at two moments, in SQL. */
export function sqlMoments(
  engine: SqlEngine,
  read: <R extends object>(sql: string, parameters: readonly unknown[]) => Promise<R[]>,
): Moments {
  return {
    async compare(from, to, filter, page) {
      if (!Number.isSafeInteger(page.offset + page.limit)) return compared([], from, to)
      const { sql, parameters } = compareStatement(engine, from, to, filter, page)
      return compared(await read<MomentRow>(sql, parameters), from, to)
    },
  }
}

function compared(rows: readonly MomentRow[], from: Moment, to: Moment) {
  const counts = Object.fromEntries(TEST_CHANGES.map(change => [change, 0])) as Record<TestChange, number>
  const tests: ChangedTest[] = []
  for (const row of rows) {
    const change = TEST_CHANGES[row.change] as TestChange
    if (row.package === null || row.arch === null) counts[change] = Number(row.count)
    else {
      const { package: name, arch } = row
      tests.push({ change, package: name, arch, was: resultIn(row.was, from), now: resultIn(row.now, to) })
    }
  }
  return { counts, tests }
}

/**
 * A verdict and a run id in one text, as an expression has one value. The verdict's number plus {@link MARK}
 * has two digits.
 */
const MARK = 10

/** What the row of a test keeps of a run, if it is the newest; undefined if the run says nothing of the test. */
function toldText(run: Run): string | undefined {
  const verdict = storedVerdict(run.exitcode)
  const isTold = !SILENT_NUMBERS.includes(verdict) && !isReferenceRun(run)
  return isTold ? `${MARK + verdict}${run.runId}` : undefined
}

/** The newest {@link toldText} of each test, by its number. */
export function newestTold(
  runs: readonly Run[],
  testOf: (run: Run, place: number) => number,
): Map<number, string> {
  const newest = new Map<number, string>()
  for (const [place, run] of runs.entries()) {
    const told = toldText(run)
    if (told === undefined) continue
    const test = testOf(run, place)
    const known = newest.get(test)
    if (known === undefined || known.slice(2) < run.runId) newest.set(test, told)
  }
  return newest
}

function resultIn(text: string | null, { release }: Moment): ResultAt | undefined {
  if (text === null) return undefined
  return { release, runId: text.slice(2), verdict: verdictStoredAs(Number(text.slice(0, 2)) - MARK) }
}

const PASSED = PASSED_VERDICTS.map(verdict => `'${MARK + storedNumber(verdict)}'`).join(', ')
const passed = (column: string): string => `substr(${column}, 1, 2) IN (${PASSED})`
/** An index in {@link TEST_CHANGES} for each row; NULL for rows that are left out. */
const CHANGE = `CASE WHEN was IS NULL THEN CASE WHEN now IS NOT NULL THEN 3 END WHEN now IS NULL THEN 4
  WHEN ${passed('now')} THEN CASE WHEN NOT ${passed('was')} THEN 1 END
  WHEN ${passed('was')} THEN 0 ELSE 2 END`

/** The condition of the partial index, in the same words. */
const SAYS_SOMETHING = `i.is_reference = 0 AND i.verdict NOT IN (${SILENT_NUMBERS.join(', ')})`

/** The newest {@link toldText} of the runs in the index of this name that meet the conditions. */
export const newestIn = (runIndex: string, ...conditions: readonly (string | false)[]): string =>
  `(SELECT (${MARK} + i.verdict) || i.run_id FROM ${runIndex} AS i
    WHERE ${allOf(...conditions, SAYS_SOMETHING)} ORDER BY i.run_id DESC LIMIT 1)`

const DIALECTS: Readonly<Record<SqlEngine, Dialect>> = { sqlite: SQLITE, postgres: POSTGRES }

/**
 * Keeps an engine from merging a subquery into the query around it, repeating it for each use of its name.
 */
const FENCES: Readonly<Record<SqlEngine, string>> = { sqlite: 'LIMIT -1', postgres: 'OFFSET 0' }

/** One statement for counts and page, so each test is read once. Parameters are in the order of the text. */
function compareStatement(
  engine: SqlEngine,
  from: Moment,
  to: Moment,
  filter: ChangeFilter,
  page: RowRange,
): TextStatement {
  const dialect = DIALECTS[engine]
  return statement(dialect, (table, value) => {
    const among = (column: string, values: readonly string[] | undefined): string | undefined =>
      values === undefined ? undefined : `${column} IN ${dialect.list(value(storableJson(values)))}`
    const tests = (release: string, test: string): string =>
      allOf(
        `${test}.release = ${value(release)}`,
        among(`${test}.arch`, filter.arches),
        among(`${test}.package`, filter.packages),
      )
    const seek = (test: string, before: string): string =>
      newestIn(table('run_index'), `i.test = ${test}`, `i.run_id < ${value(before)}`)
    // Nearly all tests have not run since: their rows say what their newest run told
    const newest = (test: string, told: string, before: string | undefined): string =>
      before === undefined
        ? told
        : `CASE WHEN ${told} IS NULL OR substr(${told}, 3) < ${value(before)} THEN ${told} ELSE ${seek(test, before)} END`
    const test = table('test')
    const pairs = () =>
      from.release === to.release
        ? `SELECT a.package, a.arch, a.id AS old, a.told AS told_old, a.id AS new, a.told AS told_new FROM ${test} AS a WHERE ${tests(to.release, 'a')}`
        : `SELECT a.package, a.arch, b.id AS old, b.told AS told_old, a.id AS new, a.told AS told_new FROM ${test} AS a LEFT JOIN ${test} AS b
            ON b.package = a.package AND b.arch = a.arch AND b.release = ${value(from.release)}
            WHERE ${tests(to.release, 'a')}
          UNION ALL SELECT b.package, b.arch, b.id, b.told, NULL, NULL FROM ${test} AS b WHERE ${tests(from.release, 'b')}
            AND NOT EXISTS (SELECT 1 FROM ${test} AS a
              WHERE a.package = b.package AND a.arch = b.arch AND a.release = ${value(to.release)})`
    // Tests without a run between the two have the same result at both
    const isForward = from.before !== undefined && (to.before === undefined || from.before <= to.before)
    const before = () =>
      from.release === to.release && isForward
        ? `CASE WHEN substr(now, 3) < ${value(from.before)} THEN now ELSE ${seek('old', from.before)} END`
        : newest('old', 'told_old', from.before)
    const fence = FENCES[engine]
    const where = (): string =>
      page.change === undefined ? '' : `WHERE change = ${value(TEST_CHANGES.indexOf(page.change))}`
    return `WITH compared AS MATERIALIZED (
        SELECT change, package, arch, was, now FROM (
          SELECT package, arch, was, now, ${CHANGE} AS change FROM (
            SELECT package, arch, ${before()} AS was, now FROM (
              SELECT package, arch, old, told_old, ${newest('new', 'told_new', to.before)} AS now FROM (${pairs()}) AS pair ${fence}
            ) AS newer ${fence}
          ) AS both_times ${fence}
        ) AS told WHERE change IS NOT NULL)
      SELECT change, NULL AS package, NULL AS arch, NULL AS was, NULL AS now, count(*) AS count
        FROM compared GROUP BY change
      UNION ALL SELECT * FROM (SELECT change, package, arch, was, now, 0 AS count FROM compared
        ${where()} ORDER BY package, arch LIMIT ${value(page.limit)} OFFSET ${value(page.offset)}) AS page`
  })
}
