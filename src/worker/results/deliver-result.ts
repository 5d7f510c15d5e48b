import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { type Broker, TESTCOMPLETE } from '../../backends/broker/broker.ts'
import type { Store } from '../../backends/store/store.ts'
import { messageOf } from '../../domain/errors.ts'
import { pause } from '../../domain/time/pause.ts'
import type { Log } from '../../log.ts'
import type { FinishedRun, SpoolEntry } from '../spool.ts'
import { UPLOAD } from './finish-run.ts'

interface Deps {
  readonly broker: Pick<Broker, 'publishTo'>
  readonly store: Pick<Store, 'createContainer' | 'put'>
  readonly log: Log
}

async function upload(store: Deps['store'], entry: SpoolEntry, run: FinishedRun): Promise<void> {
  await store.createContainer(run.container, run.isPublic ? 'public' : 'private', run.reader)
  for (const name of run.objects) {
    const body = createReadStream(join(entry.folder, UPLOAD, name))
    await store.put(run.container, `${run.directory}/${name}`, body)
  }
}

/** Calls a function until it succeeds, at growing intervals; false if `signal` comes first. */
async function untilDone(
  what: string,
  work: () => Promise<void>,
  { log, firstMs, signal }: { log: Log; firstMs: number; signal: AbortSignal },
): Promise<boolean> {
  for (let wait = firstMs; ; wait = Math.min(2 * wait, 60 * firstMs)) {
    try {
      await work()
      return true
    } catch (error) {
      log.warn({ err: messageOf(error), retryInSeconds: wait / 1000 }, `${what}; retrying`)
    }
    if (signal.aborted) return false
    await pause(wait, signal)
  }
}

/**
 * Uploads the files of a run, calls `uploaded`, and then announces that the run is complete, until the broker
 * confirms it. Store and broker may be down for any length of time. False if `signal` came first: the spool still has
 * everything. Repeating this is harmless, as the run's id stays the same.
 */
export async function deliverResult(
  { broker, store, log }: Deps,
  entry: SpoolEntry,
  run: FinishedRun,
  {
    firstMs,
    signal,
    uploaded,
  }: { readonly firstMs: number; readonly signal: AbortSignal; readonly uploaded: () => Promise<void> },
): Promise<boolean> {
  const waiting = { log: log.child({ run: run.directory }), firstMs, signal }
  if (!(await untilDone('a result could not be uploaded', () => upload(store, entry, run), waiting)))
    return false
  await uploaded()
  return untilDone(
    'a completion was not confirmed',
    () => broker.publishTo(TESTCOMPLETE, run.completion),
    waiting,
  )
}
