import { isFailure, messageOf } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import type { Validators } from '../http/fetch-changed.ts'
import type { KeptDocument, KeptValue } from './documents.ts'
import { type ReadDocumentOptions, readDocument } from './read-document.ts'

/** The longest that callers wait before anything is known. */
const FIRST_WAIT_MS = 3_000
/** How soon a document that could not be read is tried again. */
const TRY_AGAIN_MS = 60_000

export interface KeepOptions<T> extends Pick<ReadDocumentOptions<T>, 'mostBytes' | 'parse' | 'signal'> {
  /** The name in logs and pages: `[web] teams`. */
  readonly name: string
  /** A path, or an address. */
  readonly source: string
  /** How long it is believed without asking again. */
  readonly everyMs: number
  readonly log: Log
  readonly now?: () => number
}

/** Keeps the value of a document; logs when a problem with it begins, and when it is over. */
export function keptDocument<T>(options: KeepOptions<T>): KeptDocument<T> {
  const { name, source, everyMs, log, now = Date.now } = options
  let kept: KeptValue<T> = { value: undefined, readAt: undefined, problem: 'it has not been read yet' }
  let validators: Validators = {}
  let nextAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined
  let failures = 0

  async function read(): Promise<void> {
    try {
      const answer = await readDocument(source, {
        ...options,
        since: kept.value === undefined ? {} : validators,
      })
      if (answer.state === 'missing') return fail('it is not there')
      if (answer.state === 'changed') validators = answer.validators
      if (kept.problem !== undefined && kept.readAt !== undefined)
        log.info({ document: name }, 'can be read again')
      const value = answer.state === 'changed' ? answer.value : kept.value
      kept = { value, readAt: new Date(now()), problem: undefined }
      nextAt = now() + everyMs
    } catch (error) {
      if (options.signal.aborted) return
      if (!isFailure(error)) log.error({ err: error, document: name }, 'a document could not be read')
      fail(messageOf(error))
    }
  }

  function fail(problem: string): void {
    if (kept.problem !== problem)
      log.warn({ document: name, source, problem }, 'cannot be read: the previous contents stay in use')
    failures += 1
    kept = { ...kept, problem }
    nextAt = now() + Math.min(everyMs, TRY_AGAIN_MS)
  }

  return {
    async current() {
      if (now() >= nextAt && !options.signal.aborted) {
        reading ??= read().finally(() => {
          reading = undefined
        })
        if (kept.value === undefined) await inTime(reading, FIRST_WAIT_MS)
      }
      return kept
    },
    failures: () => failures,
  }
}

async function inTime(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}
