import { createHash } from 'node:crypto'

/**
 * Identifies messages of a queue by their bytes, even if their position changes; contains only letters and
 * digits.
 */
export const messageDigest = (body: Uint8Array): string =>
  createHash('sha256').update(body).digest('hex').slice(0, 32)
