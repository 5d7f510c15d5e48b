import type { StatisticsRow } from '../backends/results/results.ts'
import type { Statistics, StatisticsJson } from '../contracts/files/statistics-json.ts'
import { countMachineTime } from '../operations/index/count-machine-time.ts'
import type { Daemon } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const HOUR_MS = 60 * 60 * 1000
const MINUTE_MS = 60 * 1000
/** So long without a change, and what came in together is there. */
const SETTLED_MS = 2000

/**
 * Counts for the statistics page, hourly: runs, and what they cost. Where there were none it is a first start, and the database is being filled:
 * they are counted as soon as there is something to count, and each minute of the first hour.
 */
export const stats: Daemon<'results' | 'snapshots'> = {
  name: 'stats',
  async start(deps) {
    const kept = deps.backends.snapshots.statistics.current()
    const hasCosts = deps.backends.snapshots.machineTime.current().state !== 'missing'
    const hasCounts = hasCosts && Object.keys(kept.value).length > 0
    const age = hasCounts && kept.at !== undefined ? Date.now() - kept.at.getTime() : Infinity
    const started = performance.now()
    /** By the time since the start; a file from the future says nothing of its age. */
    let counted = age >= 0 ? started - age : -Infinity
    const firstHour = hasCounts ? started : started + HOUR_MS
    const isFresh = () => {
      const now = performance.now()
      return now - counted < (now < firstHour ? MINUTE_MS : HOUR_MS)
    }
    return every<'results' | 'snapshots'>(
      {
        seconds: 60,
        wake({ backends }, wake) {
          let timer: NodeJS.Timeout | undefined
          const forget = backends.results.onChange(() => {
            clearTimeout(timer)
            if (counted === -Infinity) timer = setTimeout(wake, SETTLED_MS)
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
          if (rows.length === 0) return undefined
          counted = performance.now()
          const costs = await countMachineTime(backends.results, Date.now(), signal)
          await backends.snapshots.machineTime.replace(costs)
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
