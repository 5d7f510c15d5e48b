import pLimit from 'p-limit'
import type { Derived, QueuedDetails, RunDetails } from '../../backends/derived/derived.ts'
import type { Store } from '../../backends/store/store.ts'
import { readResultTar } from '../../contracts/files/result-tar.ts'
import { messageOf, NotFound } from '../../domain/errors.ts'
import type { Failure } from '../../domain/log/failure/failure.ts'
import { boundSubtests, cutTexts } from '../../domain/run/bounded-subtests.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import { parseSummary, type Subtest } from '../../domain/run/subtest.ts'
import type { RunKey } from '../../domain/test/test.ts'
import type { Log } from '../../log.ts'
import { indexLog } from './index-log.ts'
import { throwIfNotOfRun } from './unreadable-run.ts'

interface Deps {
  readonly store: Pick<Store, 'get' | 'state'>
  readonly derived: Pick<Derived, 'queuedDetails' | 'saveDetails' | 'missDetails'>
  readonly log: Log
}

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
/** From each try in vain to the next: five tries, the last one a day after the first. */
const RETRY_AFTER_MS = [10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, 24 * HOUR_MS - 5 * HOUR_MS - 10 * MINUTE_MS]

/**
 * Reads the files of runs whose details are missing, `some` at most, and stores the details. Unreadable files are
 * retried later; throws Unavailable if the whole store is unavailable. Returns true if there are more.
 */
export async function indexRunDetails(
  deps: Deps,
  { some, parallel }: { readonly some: number; readonly parallel: number },
  signal: AbortSignal,
): Promise<boolean> {
  const wanted = await deps.derived.queuedDetails(new Date(), some)
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  await pLimit(parallel).map(wanted, run => indexOne(deps, run, either).catch(error => failed.abort(error)))
  either.throwIfAborted()
  return wanted.length === some
}

async function indexOne(
  { store, derived, log }: Deps,
  run: QueuedDetails,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  try {
    const { details, failures } = await readDetails(store, run, signal)
    await derived.saveDetails(run, details, failures)
  } catch (error) {
    if (signal.aborted) return
    await throwIfNotOfRun(store, error)
    const wait = RETRY_AFTER_MS[run.attempts]
    const retryAt = wait === undefined ? undefined : new Date(Date.now() + wait)
    log.info(
      { run: runDirectory(run), reason: messageOf(error), retryAt },
      'the files of a run cannot be read',
    )
    await derived.missDetails(run, messageOf(error), retryAt)
  }
}

async function readDetails(
  store: Pick<Store, 'get'>,
  run: RunKey,
  signal: AbortSignal,
): Promise<{ details: RunDetails; failures: readonly Failure[] | undefined }> {
  const { subtests, exitcode } = await readResult(store, run, signal)
  const log = await indexLog(store, run, { subtests, exitcode }, signal)
  return {
    details: {
      // One more than is shown: it tells that there are more
      subtests: boundSubtests(subtests, 1).subtests,
      log: log && { ...log.index, sections: log.index.sections.map(cutTexts) },
    },
    failures: log?.failures,
  }
}

async function readResult(
  store: Pick<Store, 'get'>,
  run: RunKey,
  signal: AbortSignal,
): Promise<{ subtests: readonly Subtest[]; exitcode: number }> {
  const name = `${runDirectory(run)}/result.tar`
  const object = await store.get(distributionContainer(run.release), name, { signal, hash: false })
  if (object === undefined) throw new NotFound('there is no result.tar')
  const { summary, exitcode } = await readResultTar(object.body)
  return { subtests: parseSummary(summary ?? ''), exitcode }
}
