import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { keptFile } from '../files/kept-file.ts'
import type { Signatures } from './github.ts'

const secret = z.string().min(1)
/** Package → its secret, or several while one is being replaced by another. */
const secrets = z.record(z.string(), z.union([secret.transform(one => [one]), z.array(secret).max(20)]))

/** Tried if nothing is configured for a package: that takes as long, and never matches. */
const NOBODY = [randomBytes(32).toString('hex')]

export type Signed = (packageName: string, body: Uint8Array, signatures: Signatures) => Promise<boolean>

/** Checks signatures with a JSON file of secrets; without one no signature is valid. */
export function signedBySecrets(path: string | undefined): Signed {
  const read =
    path === undefined ? async () => new Map() : keptFile('the file of GitHub secrets', path, parseSecrets)
  return async (packageName, body, { sha256, sha1 }) => {
    const known = (await read()).get(packageName) ?? NOBODY
    return sha256 === undefined
      ? isSignedBy(known, 'sha1', body, sha1)
      : isSignedBy(known, 'sha256', body, sha256)
  }
}

/** JSON's own error messages quote the text: these do not. */
function parseSecrets(text: string): Map<string, readonly string[]> {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new Error('it is not valid JSON')
  }
  const parsed = secrets.safeParse(json)
  if (!parsed.success) throw new Error('it is not a JSON object of packages and their secrets')
  return new Map(Object.entries(parsed.data))
}

/** Every secret is tried, and compared in constant time: the duration reveals nothing about any. */
function isSignedBy(
  known: readonly string[],
  algorithm: 'sha256' | 'sha1',
  body: Uint8Array,
  signature: string | undefined,
): boolean {
  const digits = { sha256: 64, sha1: 40 }[algorithm]
  const [, hex] = new RegExp(`^${algorithm}=([0-9a-f]{${digits}})$`).exec(signature ?? '') ?? []
  if (hex === undefined) return false
  const given = Buffer.from(hex, 'hex')
  const fits = known.map(one => timingSafeEqual(createHmac(algorithm, one).update(body).digest(), given))
  return fits.includes(true)
}
