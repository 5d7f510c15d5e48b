import type { Readable } from 'node:stream'
import type { Context } from 'hono'
import type { StoredObject } from '../../backends/store/store.ts'
import { atEnd } from '../http/observe.ts'

/** What was opened for an answer, or is being opened. */
const opened = new WeakMap<Context, Promise<StoredObject | undefined>[]>()

/**
 * Opens an object of the store for one answer. Its body, a file or a connection, is ended with the answer at the
 * latest: when making it fails, when it has no body, when the reader has all of it, or leaves before the first byte.
 */
export function openForAnswer(
  c: Context,
  opening: Promise<StoredObject | undefined>,
): Promise<StoredObject | undefined> {
  const all = opened.get(c) ?? []
  opened.set(c, all)
  all.push(opening)
  return opening
}

/** Makes an answer; what was opened for it ends with it, or when making it fails. */
export async function endsWithAnswer(c: Context, make: () => Promise<Response>): Promise<Response> {
  let response: Response | undefined
  try {
    response = await make()
    return response
  } finally {
    endWithAnswer(c, response)
  }
}

/** @param response what an answer came to; undefined if making it failed */
function endWithAnswer(c: Context, response: Response | undefined): void {
  const all = opened.get(c)
  if (all === undefined) return
  const end = (): void => {
    for (const opening of all)
      opening.then(
        object => void object?.body.destroy(),
        () => undefined, // whoever opened it was told
      )
  }
  if (response === undefined || response.body === null) end()
  else if (hasReader(c)) atEnd(c, end)
}

/** Without a connection the reader of the answer ends it: its source must then end with it. */
const hasReader = (c: Context): boolean =>
  (c.env as { outgoing?: unknown } | undefined)?.outgoing !== undefined

/** Has `source` end with what is made from it, even if nothing of that was ever asked for. */
export function endingWith(source: { destroy(): unknown }, made: Readable): Readable {
  return made.once('close', () => source.destroy())
}
