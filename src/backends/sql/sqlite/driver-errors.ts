import { Unavailable } from '../../../domain/errors.ts'

/** Result codes of SQLite (https://sqlite.org/rescode.html) that are not caused by a bug, in words. */
const WORDS: readonly (readonly [prefix: string, words: string])[] = [
  ['SQLITE_BUSY', 'is locked by another process'],
  ['SQLITE_LOCKED', 'is locked by another process'],
  ['SQLITE_FULL', 'cannot grow: the disk is full'],
  ['SQLITE_READONLY', 'may not be written'],
  ['SQLITE_CANTOPEN', 'cannot be opened'],
  ['SQLITE_PERM', 'may not be opened'],
  ['SQLITE_IOERR', 'cannot be read or written'],
  ['SQLITE_CORRUPT', 'is damaged'],
  ['SQLITE_NOTADB', 'is not a SQLite database'],
]

/** Runs `work`; errors caused by the file, the disk or another process become {@link Unavailable}. */
export function blameFile<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw blame(file, error)
  }
}

/** Whether the error was made by {@link blameFile}. */
export function isFileFault(error: unknown): boolean {
  return error instanceof Unavailable && sqliteCode(error.cause) !== undefined
}

function blame(file: string, error: unknown): unknown {
  const code = sqliteCode(error)
  const found = code === undefined ? undefined : WORDS.find(([prefix]) => code.startsWith(prefix))
  if (found === undefined) return error
  return new Unavailable(`the database ${file} ${found[1]} (${code})`, { cause: error })
}

/** SQLite's result code of an error that it threw. */
function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return error.code.startsWith('SQLITE_') ? error.code : undefined
}
