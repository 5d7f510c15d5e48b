import { createReadStream } from 'node:fs'
import { isDamage, readLogFile } from '../../../contracts/files/log/log-file.ts'
import { BadInput, messageOf } from '../../../domain/errors.ts'
import type { LogIndex } from '../../../domain/log/log-index.ts'
import { type FollowLine, LogIndexer } from '../../../domain/log/log-sections.ts'

/** A log that was read from a file, as far as that was possible. */
export interface ReadLog {
  readonly index: LogIndex
  /** Why this is not all of it, in words. */
  readonly fault: string | undefined
}

/** As much of one log is read; real ones have some 12 MB. */
const LONGEST = 2 ** 30

/** Reads the log in a file, gzip or plain. Throws BadInput if there is no such file, or it cannot be opened. */
export function indexLogFile(file: string, longest: number = LONGEST): Promise<ReadLog> {
  return readLogLines(file, undefined, longest)
}

/** As {@link indexLogFile}, and tells each line as it passes by. */
export async function readLogLines(
  file: string,
  follow: FollowLine | undefined,
  longest: number = LONGEST,
): Promise<ReadLog> {
  const indexer = new LogIndexer(follow)
  let bytes = 0
  let fault: string | undefined
  try {
    for await (const piece of readLogFile(createReadStream(file))) {
      indexer.push(piece)
      bytes += piece.length
      if (bytes >= longest) fault = `it is longer than ${longest} bytes`
      if (fault !== undefined) break
    }
  } catch (error) {
    if (!isDamage(error)) throw new BadInput(`${file}: ${messageOf(error)}`)
    fault = `it is truncated (${messageOf(error)})`
  }
  return { index: indexer.end(), fault }
}
