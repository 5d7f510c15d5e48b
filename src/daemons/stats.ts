import type { StatisticsRow } from '../backends/results/results.ts'
import type { Statistics, StatisticsJson } from '../contracts/statistics-json.ts'
import type { Daemon } from './daemon.ts'
import { every } from './every.ts'

const HOUR_MS = 60 * 60 * 1000

/** Counts for the statistics page, hourly, and where there are none of this hour or none at all. */
export const stats: Daemon<'results' | 'snapshots'> = {
  name: 'stats',
  async start(deps) {
    const kept = deps.backends.snapshots.statistics.current()
    let counted = Object.keys(kept.value).length > 0 ? (kept.at?.getTime() ?? 0) : 0
    return every<'results' | 'snapshots'>(
      {
        seconds: 60,
        // A database that is being filled for the first time has something to count soon
        wake: ({ backends }, wake) => backends.results.onChange(() => counted === 0 && wake()),
      },
      {
        name: 'stats',
        async run({ backends, settings: { releases } }, signal) {
          if (Date.now() - counted < HOUR_MS) return undefined
          const rows = await backends.results.statistics({ releases, signal })
          await backends.snapshots.statistics.replace(statisticsJson(rows))
          if (rows.length > 0) counted = Date.now()
          return undefined
        },
      },
    ).start(deps)
  },
}

function statisticsJson(rows: readonly StatisticsRow[]): StatisticsJson {
  const byRelease: Record<string, Record<string, Statistics>> = {}
  for (const { release, arch, ...counts } of rows) {
    byRelease[release] ??= {}
    byRelease[release][arch] = counts
  }
  return byRelease
}
