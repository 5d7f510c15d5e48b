/** Headers of an AMQP message: texts, numbers, booleans, null, bytes, and lists and tables of those. */
export type Headers = Readonly<Record<string, unknown>>

const BYTES = '$base64'
/** The key around a table that looks like our encoding of bytes. */
const TABLE = '$table'

/** The same headers as JSON: bytes, which it does not have, become `{"$base64": "…"}`. */
export function headersToJson(headers: Headers): Record<string, unknown> {
  return tableToJson(headers)
}

/**
 * The inverse. Bytes in the form of earlier versions (`{"type": "Buffer", "data": […]}`) are accepted too.
 */
export function headersFromJson(json: Headers): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, fromJson(value)]))
}

function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return { [BYTES]: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(toJson)
  if (!isTable(value)) return value
  const table = tableToJson(value)
  return onlyKey(value, BYTES) || onlyKey(value, TABLE) || isOldBytes(value) ? { [TABLE]: table } : table
}

const tableToJson = (table: Headers): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, toJson(value)]))

function fromJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromJson)
  if (!isTable(value)) return value
  const bytes = value[BYTES]
  if (onlyKey(value, BYTES) && typeof bytes === 'string') return Buffer.from(bytes, 'base64')
  if (isOldBytes(value)) return Buffer.from(value.data)
  const inner = value[TABLE]
  return headersFromJson(onlyKey(value, TABLE) && isTable(inner) ? inner : value)
}

const isTable = (value: unknown): value is Headers => typeof value === 'object' && value !== null

const onlyKey = (table: Headers, name: string): boolean =>
  Object.hasOwn(table, name) && Object.keys(table).length === 1

function isOldBytes(table: Headers): table is { type: 'Buffer'; data: number[] } {
  const { type, data } = table
  return (
    type === 'Buffer' &&
    Object.keys(table).length === 2 &&
    Array.isArray(data) &&
    data.every(byte => Number.isInteger(byte) && byte >= 0 && byte < 256)
  )
}
