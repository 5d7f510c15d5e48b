import { storedNumber, storedVerdicts, type Verdict } from '../../domain/run/verdict.ts'
import type { RunFilter } from './derived.ts'

/** The number of stretches of an index that are merged at one level; SQLite allows 500. */
const MOST_STRETCHES = 400

const NEWEST_FIRST = 'ORDER BY run_id DESC, test DESC'

export interface Statement {
  readonly sql: string
  readonly parameters: readonly (number | string)[]
}

/** How the engines differ. */
export interface Dialect {
  /** The placeholder of a parameter. */
  readonly placeholder: (number: number) => string
  /** The prefix of a table's name. */
  readonly prefix: string
  /** Whether each stretch needs its own limit, as it would otherwise be read and sorted as a whole. */
  readonly limitsStretches: boolean
  /** The texts of a JSON list in one parameter, as the right side of IN: lists may be long. */
  readonly list: (parameter: string) => string
}

export const SQLITE: Dialect = {
  placeholder: () => '?',
  prefix: '',
  limitsStretches: false,
  list: parameter => `(SELECT value FROM json_each(${parameter}))`,
}
export const POSTGRES: Dialect = {
  placeholder: number => `$${number}`,
  prefix: 'derived.',
  limitsStretches: true,
  list: parameter => `(SELECT jsonb_array_elements_text(${parameter}::jsonb))`,
}

/**
 * The statement for the newest runs that match. Every filter is some stretches of an index, each in the order
 * of run ids, which are merged no further than the page needs: the cost grows with the offset, not with the
 * number of runs. `requester` and `releaseArches` are the numbers of the names in the filter.
 */
export function newestStatement(
  filter: RunFilter,
  numbers: { requester: number | undefined; releaseArches: readonly number[] },
  page: { limit: number; offset: number },
  { placeholder, prefix, limitsStretches }: Dialect,
): Statement {
  const parameters: number[] = []
  const put = (value: number): string => placeholder(parameters.push(value))
  const of = (column: string, value: number) => `${column} = ${put(value)}`
  const needed = page.limit + page.offset
  const select = (...conditions: string[]) => {
    const all = `SELECT run_id, test FROM ${prefix}run_index WHERE ${conditions.join(' AND ')}`
    return limitsStretches ? `SELECT * FROM (${all} ${NEWEST_FIRST} LIMIT ${put(needed)}) AS one` : all
  }

  const { requester, releaseArches } = numbers
  const conditions = () => (requester === undefined ? [] : [of('requester', requester)])
  const stretches =
    requester !== undefined && isOnly('requester', filter)
      ? [select(...conditions())]
      : releaseArches.flatMap(releaseArch =>
          storedVerdicts(filter.exitcodes).map(verdict =>
            select(...conditions(), of('release_arch', releaseArch), of('verdict', verdict)),
          ),
        )
  const merged = inChunks(stretches, MOST_STRETCHES).map((chunk, _, chunks) =>
    chunks.length === 1
      ? chunk.join(' UNION ALL ')
      : `SELECT * FROM (${chunk.join(' UNION ALL ')} ${NEWEST_FIRST} LIMIT ${put(needed)}) AS part`,
  )
  const sql = `SELECT t.release, t.arch, t.package, page.run_id AS "runId"
    FROM (${merged.join(' UNION ALL ')} ${NEWEST_FIRST} LIMIT ${put(page.limit)} OFFSET ${put(page.offset)}) AS page
    CROSS JOIN ${prefix}test AS t WHERE t.id = page.test ORDER BY page.run_id DESC, page.test DESC`
  return { sql, parameters }
}

/** The statement for the newest run of a test with one of some verdicts: one index entry for each verdict. */
export function newestOfStatement(
  test: number,
  { verdicts, before }: { readonly verdicts: readonly Verdict[]; readonly before?: string | undefined },
  { placeholder, prefix }: Dialect,
): Statement {
  const parameters: (number | string)[] = []
  const put = (value: number | string): string => placeholder(parameters.push(value))
  const ends = verdicts.map(verdict => {
    const stretch = `test = ${put(test)} AND verdict = ${put(storedNumber(verdict))}`
    const older = before === undefined ? '' : ` AND run_id < ${put(before)}`
    return `SELECT * FROM (SELECT run_id FROM ${prefix}run_index WHERE ${stretch}${older} ORDER BY run_id DESC LIMIT 1) AS one`
  })
  return { sql: `SELECT max(run_id) AS "runId" FROM (${ends.join(' UNION ALL ')}) AS ends`, parameters }
}

function isOnly(name: keyof RunFilter, filter: RunFilter): boolean {
  return Object.entries(filter).every(([key, value]) => key === name || value === undefined)
}

function inChunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size))
}
