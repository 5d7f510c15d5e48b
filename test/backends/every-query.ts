import type { RunFilter } from '../../src/backends/derived/derived.ts'
import { newestOfStatement, newestStatement, POSTGRES, SQLITE } from '../../src/backends/derived/newest.ts'
import { resultsQueries } from '../../src/backends/results/queries.ts'
import type { SqlEngine } from '../../src/backends/sql/migrations.ts'
import { exitcodesOf } from '../../src/domain/run/verdict.ts'
import type { RunKey } from '../../src/domain/test/test.ts'

/** A statement as an engine runs it, and its name for readers. */
export interface NamedQuery {
  readonly name: string
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Every reading query over results, as used by the pages; `keys` are of existing runs. */
export function everyResultsQuery(engine: SqlEngine, keys: readonly RunKey[]): NamedQuery[] {
  const queries = resultsQueries(engine)
  const [key] = keys as [RunKey]
  return Object.entries({
    run: queries.run(key),
    'history, first page': queries.history(key, { limit: 50 }),
    'history, before a run': queries.history(key, { limit: 50, before: key.runId }),
    'history, after a run': queries.history(key, { limit: 50, after: key.runId }),
    'newest run of each place': queries.newestRuns(key),
    'newest runs': queries.newest({ limit: 100, offset: 0 }),
    'newest runs, later page': queries.newest({ limit: 100, offset: 2000 }),
    'rows of keys': queries.runs(keys),
    'known of keys': queries.known(keys),
    'durations of tests': queries.durations(keys.slice(0, 20), 40),
    'last row': queries.lastRow({}),
  }).map(([name, { sql, parameters }]) => ({ name, sql, parameters }))
}

const FILTERS: Readonly<Record<string, RunFilter>> = {
  release: { release: 'noble' },
  arch: { arch: 'amd64' },
  requester: { requester: 'joe' },
  verdict: { exitcodes: exitcodesOf('fail') as number[] },
}

/** The query over derived data, for every combination of filters. */
export function everyFilterQuery(
  engine: SqlEngine,
  numbers: { requester: number; releaseArches: readonly { id: number; release: string; arch: string }[] },
): NamedQuery[] {
  const names = Object.keys(FILTERS)
  const combinations = Array.from({ length: 2 ** names.length - 1 }, (_, n) =>
    names.filter((_, bit) => ((n + 1) >> bit) & 1),
  )
  return combinations.map(combination => {
    const filter: RunFilter = Object.assign({}, ...combination.map(name => FILTERS[name]))
    const releaseArches = numbers.releaseArches.filter(
      releaseArch =>
        (filter.release === undefined || releaseArch.release === filter.release) &&
        (filter.arch === undefined || releaseArch.arch === filter.arch),
    )
    const requester = filter.requester === undefined ? undefined : numbers.requester
    const dialect = engine === 'sqlite' ? SQLITE : POSTGRES
    const ids = releaseArches.map(one => one.id)
    const page = { limit: 100, offset: 0 }
    const { sql, parameters } = newestStatement(filter, { requester, releaseArches: ids }, page, dialect)
    return { name: `newest by ${combination.join(', ')}`, sql, parameters }
  })
}

/** The query for the newest run of a test by verdict. */
export function newestOfQuery(engine: SqlEngine, test: number): NamedQuery {
  const dialect = engine === 'sqlite' ? SQLITE : POSTGRES
  return {
    name: 'newest of a test',
    ...newestOfStatement(test, { verdicts: ['fail', 'error', 'otherfail'], before: '2026' }, dialect),
  }
}
