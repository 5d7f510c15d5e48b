import { Unavailable } from '../../domain/errors.ts'

/** What the system says (errno(3)) when the disk is to blame, in words. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is exceeded',
  EFBIG: 'it would exceed the largest permitted size',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reports an error',
}

/** What is to be thrown in place of an error: {@link Unavailable} with the file and the reason if it is the disk's doing. */
export function diskFault(file: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  const words = WORDS[code]
  return words === undefined
    ? error
    : new Unavailable(`${file} cannot be written: ${words} (${code})`, { cause: error })
}
