import { open } from 'node:fs/promises'
import { messageOf, Unavailable } from '../../domain/errors.ts'

/** More than thousands of secrets need. */
const MOST_BYTES = 1024 * 1024

/**
 * The contents of a file that an operator edits, read again when it has changed. Unavailable, without quoting
 * any of it, if it cannot be read; `what` names it in the message.
 */
export function keptFile<T>(what: string, path: string, parse: (text: string) => T): () => Promise<T> {
  let kept: { readonly version: string; readonly value: T } | undefined
  return async () => {
    try {
      await using file = await open(path)
      const { size, mtimeNs, ino } = await file.stat({ bigint: true })
      const version = `${ino} ${size} ${mtimeNs}`
      if (kept?.version !== version) {
        if (size > MOST_BYTES) throw new Error(`it has more than ${MOST_BYTES} bytes`)
        kept = { version, value: parse(await file.readFile('utf8')) }
      }
      return kept.value
    } catch (error) {
      throw new Unavailable(`${what} cannot be read: ${messageOf(error).split(',')[0]}`)
    }
  }
}
