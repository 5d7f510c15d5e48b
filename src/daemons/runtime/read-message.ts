import type { ZodType } from 'zod'
import { parseJson } from '../../domain/text/json.ts'

const LONGEST_BYTES = 4 * 1024 * 1024
const LONGEST_REASON = 300

/** Parses a body as JSON of a shape; the reason says what is wrong without quoting more than names of fields. */
export function readMessage<T>(
  body: Uint8Array,
  shape: ZodType<T>,
): { ok: true; message: T } | { ok: false; reason: string } {
  if (body.length > LONGEST_BYTES) return { ok: false, reason: `longer than ${LONGEST_BYTES} bytes` }
  let json: unknown
  try {
    json = parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  } catch {
    return { ok: false, reason: 'not JSON' }
  }
  const parsed = shape.safeParse(json)
  if (parsed.success) return { ok: true, message: parsed.data }
  const reason = parsed.error.issues
    .map(issue => `${issue.path.join('.') || 'message'}: ${issue.message}`)
    .join('; ')
  return { ok: false, reason: reason.slice(0, LONGEST_REASON) }
}
