import { Unavailable } from '../../domain/errors.ts'

/** The system's errors (errno(3)) that are caused by the disk, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'it would exceed the largest permitted size',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reports an error',
}

/** The error to throw instead: {@link Unavailable} with file and reason if the disk is the cause. */
export function diskFault(file: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  const words = WORDS[code]
  return words === undefined
    ? error
    : new Unavailable(`${file} cannot be written: ${words} (${code})`, { cause: error })
}
