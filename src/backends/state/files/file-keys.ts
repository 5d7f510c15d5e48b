import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Log } from '../../../log.ts'
import { keptFile } from '../../files/kept-file.ts'
import type { Accounts } from '../accounts.ts'

/** Requester → key, in the format of older installations. */
const fileOfKeys = z.record(z.string(), z.string().min(1))

/** As for keys in the database: the time of a hash lookup reveals nothing about the key. */
const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')

/**
 * Accounts that also know the plain keys of a JSON file, which is read again when it changes: `{"NAME":
 * "key"}`. Logs once that there is a better way. Unavailable if the file cannot be read and no other key
 * fits.
 */
export function withFileKeys(accounts: Accounts, path: string, log: Log): Accounts {
  const owners = keptFile('the file of API keys', path, parseKeys)
  let hasWarned = false
  return {
    ...accounts,
    async keyOwner(key, now) {
      const owner = await accounts.keyOwner(key, now)
      if (owner !== undefined) return owner
      const ofFile = (await owners()).get(hashOf(key))
      if (ofFile !== undefined && !hasWarned) {
        hasWarned = true
        log.warn(
          { file: path },
          'a script uses an API key that is stored in plain text: replace it with one made by "api-key create"',
        )
      }
      return ofFile
    },
  }
}

/** The owner of each key by its hash. JSON's own error messages quote the text: these do not. */
function parseKeys(text: string): Map<string, string> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error('it is not valid JSON')
  }
  const parsed = fileOfKeys.safeParse(json)
  if (!parsed.success) throw new Error('it is not a JSON object of names and their keys')
  return new Map(Object.entries(parsed.data).map(([name, key]) => [hashOf(key), name]))
}
