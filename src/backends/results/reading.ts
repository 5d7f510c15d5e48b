import type { RunKey, TestKey } from '../../domain/test/test.ts'
import type { SqlEngine } from '../sql/migrations.ts'
import { type RowQuery, resultsQueries } from './queries.ts'
import type { Results } from './results.ts'

/** Runs a compiled query on the engine's connections. */
export type RunQuery = <Row>(query: RowQuery<Row>) => Promise<Row[]>

type ResultsReading = Pick<
  Results,
  | 'unknownOf'
  | 'run'
  | 'neighbours'
  | 'newestRuns'
  | 'history'
  | 'newest'
  | 'runs'
  | 'durations'
  | 'packageNames'
  | 'tests'
>

/** Beyond this offset, skipping in the index takes more than some milliseconds. */
const DEEP = 50_000

/** The index of the first key of a list on each engine. */
const FIRST: Record<SqlEngine, number> = { sqlite: 0, postgres: 1 }

/**
 * The part of the interface that only reads rows: the same on both engines. `slowRows` runs queries that may
 * take tens of milliseconds, if they must not block the calling thread.
 */
export function readingResults(engine: SqlEngine, rows: RunQuery, slowRows: RunQuery = rows): ResultsReading {
  const queries = resultsQueries(engine)
  const named = <Row>({ release, arch, package: packageName }: TestKey, row: Row) => ({
    release,
    arch,
    package: packageName,
    ...row,
  })
  const history: Results['history'] = async (test, page) => {
    const found = (await rows(queries.history(test, page))).map(row => named(test, row))
    return page.after === undefined ? found : found.reverse()
  }
  return {
    history,
    async unknownOf(keys: readonly RunKey[]) {
      const known = new Set((await rows(queries.known(keys))).map(row => Number(row.ord)))
      return keys.filter((_, place) => !known.has(place + FIRST[engine]))
    },
    async run(key) {
      const [row] = await rows(queries.run(key))
      return row && named(key, row)
    },
    async neighbours(key) {
      const [previous, next] = await Promise.all([
        history(key, { limit: 1, before: key.runId }),
        history(key, { limit: 1, after: key.runId }),
      ])
      return { previous: previous[0], next: next[0] }
    },
    newestRuns: packageName => rows(queries.newestRuns({ package: packageName })),
    async newest(page) {
      if (page.offset > 0) {
        const [last] = await rows(queries.lastRow({}))
        if (page.offset >= Number(last?.rowid ?? 0)) return []
      }
      return (page.offset > DEEP ? slowRows : rows)(queries.newest(page))
    },
    runs: keys => rows(queries.runs(keys)),
    async durations(tests, newest) {
      const lists = tests.map((): number[] => [])
      for (const { ord, durations } of await rows(queries.durations(tests, newest))) {
        const known = JSON.parse(durations ?? '[]') as (number | null)[]
        lists[Number(ord) - FIRST[engine]] = known.filter(seconds => seconds !== null)
      }
      return lists
    },
    tests: (release, page) => slowRows(queries.tests(release, page)),
    async packageNames() {
      return (await slowRows(queries.packageNames())).map(row => row.package)
    },
  }
}
