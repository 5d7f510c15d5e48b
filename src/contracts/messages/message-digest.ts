import { createHash } from 'node:crypto'

/** Tells messages of a queue apart by their bytes, wherever they stand meanwhile; holds letters and digits alone. */
export const messageDigest = (body: Uint8Array): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 32)
