import type { ExcuseDifference } from '../contracts/files/excuse-differences.ts'
import type { Excuses } from '../contracts/files/excuses.ts'
import { compareUpload } from '../queries/triggers/excuse-differences.ts'
import { triggerIndexState } from '../queries/triggers/trigger-index.ts'
import type { Daemon } from './runtime/daemon.ts'
import { every } from './runtime/every.ts'

const NAME = 'compare-excuses'

/** The number of differences that are stored for display; all are counted. */
const LISTED = 1_000

/**
 * Holds the outcomes of this site against britney's excuses, once for each that it publishes; idle where none are
 * configured.
 */
export const compareExcuses: Daemon<'results' | 'derived' | 'documents' | 'snapshots'> = {
  name: NAME,
  async start(deps) {
    let seen: Excuses | undefined
    return every<'results' | 'derived' | 'documents' | 'snapshots'>(
      { seconds: 60 },
      {
        name: NAME,
        async run({ backends, log }, signal) {
          const { derived, documents, snapshots } = backends
          const excuses = (await documents.excuses?.current())?.value
          if (excuses === undefined || excuses === seen) return undefined
          // What is not counted yet would be missing, not different
          if (!(await triggerIndexState(backends)).isComplete) return undefined
          const differences: ExcuseDifference[] = []
          let [compared, differing] = [0, 0]
          for (const trigger of excuses.tested()) {
            if (signal.aborted) return undefined
            const one = await compareUpload(derived, excuses, trigger)
            compared += one.compared
            differing += one.differences.length
            differences.push(...one.differences.slice(0, LISTED - differences.length))
          }
          await snapshots.excuseDifferences.replace({
            made: excuses.made?.toISOString() ?? null,
            compared_at: new Date().toISOString(),
            ...{ compared, differing, differences },
          })
          if (differing > 0) log.info({ compared, differing }, 'britney reports other results for some tests')
          seen = excuses
          return undefined
        },
      },
    ).start(deps)
  },
}
