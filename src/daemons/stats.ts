import type { StatisticsRow } from '../backends/results/results.ts'
import type { Statistics, StatisticsJson } from '../contracts/statistics-json.ts'
import type { Daemon } from './daemon.ts'
import { every } from './every.ts'

const HOUR_MS = 60 * 60 * 1000
const MINUTE_MS = 60 * 1000
/** So long without a change, and what came in together is there. */
const SETTLED_MS = 2000

/**
 * Counts for the statistics page, hourly. Where there were none it is a first start, and the database is being filled:
 * they are counted as soon as there is something to count, and each minute of the first hour.
 */
export const stats: Daemon<'results' | 'snapshots'> = {
  name: 'stats',
  async start(deps) {
    const kept = deps.backends.snapshots.statistics.current()
    let counted = Object.keys(kept.value).length > 0 ? (kept.at?.getTime() ?? 0) : 0
    const firstHour = counted === 0 ? Date.now() + HOUR_MS : 0
    const isFresh = () => Date.now() - counted < (Date.now() < firstHour ? MINUTE_MS : HOUR_MS)
    return every<'results' | 'snapshots'>(
      {
        seconds: 60,
        wake({ backends }, wake) {
          let timer: NodeJS.Timeout | undefined
          const forget = backends.results.onChange(() => {
            clearTimeout(timer)
            if (counted === 0) timer = setTimeout(wake, SETTLED_MS)
          })
          return () => {
            clearTimeout(timer)
            forget()
          }
        },
      },
      {
        name: 'stats',
        async run({ backends, settings: { releases } }, signal) {
          if (isFresh()) return undefined
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
