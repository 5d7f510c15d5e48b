import { TESTCOMPLETE } from '../backends/broker/broker.ts'
import { testcomplete } from '../contracts/testcomplete.ts'
import { recordCompletions } from '../operations/record-completions.ts'
import { consumer } from './consumer.ts'
import type { DaemonDeps } from './daemon.ts'

/** Records each completed test of a distribution in the results database, once. */
export const downloadResults = consumer({
  name: 'download-results',
  from: TESTCOMPLETE,
  /** Websites on one database share its queue, and one on another database does not take from it. */
  queue: async ({ backends, settings }: DaemonDeps<'results'>) =>
    settings.completeQueue ?? `autopkgtest-web.complete.${await backends.results.id()}`,
  message: testcomplete,
  batchSize: 1000,
  handle: (batch, { backends, log }: DaemonDeps<'results' | 'derived'>) =>
    recordCompletions(batch, { ...backends, log }),
})
