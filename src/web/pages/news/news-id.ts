import { createHash } from 'node:crypto'
import type { RunKey } from '../../../domain/test/test.ts'

/**
 * The id of a run's turn, the same for ever and wherever the site is reached: a UUID made from its name (version 8 of
 * RFC 9562, as the hash is not SHA-1).
 */
export function newsId({ release, arch, package: name, runId }: RunKey): string {
  const bytes = createHash('sha256').update(`transition ${release}/${arch}/${name}/${runId}`).digest()
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
  const hex = bytes.toString('hex', 0, 16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  return `urn:uuid:${parts.join('-')}`
}
