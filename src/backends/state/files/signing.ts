import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { BadInput, Conflict, messageOf } from '../../../domain/errors.ts'
import type { Signing } from '../signing.ts'

/** Shorter ones could be guessed. */
const SHORTEST = 32

/**
 * Signing keys in a file, one per line; the first one signs. The file is created if missing, readable by its
 * owner only. BadInput names a file that cannot be read, or the error in it.
 */
export function fileSigning(file: string): Signing {
  return {
    async keys() {
      const keys = readOrMake(file)
        .split('\n')
        .map(line => line.trim())
        .filter(Boolean)
      const [first, ...others] = keys
      if (first === undefined) throw new BadInput(`${file}: holds no secret`)
      if (keys.some(key => key.length < SHORTEST)) {
        throw new BadInput(`${file}: a secret has at least ${SHORTEST} characters`)
      }
      return [first, ...others]
    },

    async rotate() {
      throw new Conflict(
        `${file}: put a new secret before the others: the first line is used for signing, and all of them are accepted`,
      )
    },
  }
}

function readOrMake(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new BadInput(`${file}: cannot be read: ${messageOf(error)}`, { cause: error })
    }
  }
  const made = `${randomBytes(32).toString('base64url')}\n`
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(file, made, { mode: 0o600, flag: 'wx' })
    return made
  } catch (error) {
    // Another website was faster
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFileSync(file, 'utf8')
    throw new BadInput(`${file}: cannot be created: ${messageOf(error)}`, { cause: error })
  }
}
