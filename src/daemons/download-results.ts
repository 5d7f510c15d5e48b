import { TESTCOMPLETE } from '../backends/broker/broker.ts'
import type { Results } from '../backends/results/results.ts'
import { testcomplete } from '../contracts/messages/testcomplete.ts'
import { recordCompletions } from '../operations/ingest/record-completions.ts'
import { consumer } from './runtime/consumer.ts'
import type { DaemonDeps, DaemonSettings } from './runtime/daemon.ts'

/**
 * The queue of the completions of a database: websites on one share it, and one on another database does not take
 * from it.
 */
export async function completeQueueOf(
  results: Pick<Results, 'id'>,
  { completeQueue }: Pick<DaemonSettings, 'completeQueue'>,
): Promise<string> {
  return completeQueue ?? `autopkgtest-web.complete.${await results.id()}`
}

/** Records each completed test of a distribution in the results database, once. */
export const downloadResults = consumer({
  name: 'download-results',
  from: TESTCOMPLETE,
  queue: ({ backends, settings }: DaemonDeps<'results'>) => completeQueueOf(backends.results, settings),
  message: testcomplete,
  batchSize: 1000,
  handle: (batch, { backends, log }: DaemonDeps<'results' | 'derived'>) =>
    recordCompletions(batch, { ...backends, log }),
})
