/**
 * Text as Python prints it, for places where clients or workers compare it: `str()` and `repr()` of JSON
 * values, and `json.dumps()` with its defaults. JSON does not distinguish 1.0 from 1 here: both are printed
 * as an integer.
 */

/**
 * Characters for which `str.isprintable()` is false; a blank is printable (Python Unicode HOWTO,
 * `Objects/unicodectype.c`).
 */
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\p{Zs}]/u
const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
}

function escapeChar(char: string): string {
  const short = SHORT_ESCAPES[char]
  if (short !== undefined) return short
  if (char === ' ' || !UNPRINTABLE.test(char)) return char
  const code = char.codePointAt(0) as number
  const hex = code.toString(16)
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

function reprString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  // Most texts are plain: no loop over their characters
  if (/^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/.test(text)) return `${quote}${text}${quote}`
  const escaped = Array.from(text, char => (char === quote ? `\\${char}` : escapeChar(char))).join('')
  return `${quote}${escaped}${quote}`
}

/** `repr()` of a value that came from JSON. */
export function pythonRepr(value: unknown): string {
  if (typeof value === 'string') return reprString(value)
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'object') {
    const items = Object.entries(value).map(([key, item]) => `${reprString(key)}: ${pythonRepr(item)}`)
    return `{${items.join(', ')}}`
  }
  return String(value)
}

/** `str()` of a value that came from JSON: a string is itself. */
export function pythonStr(value: unknown): string {
  return typeof value === 'string' ? value : pythonRepr(value)
}

/** A JSON string as `json.dumps()` writes it: ASCII only. */
function dumpString(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `json.dumps()` with its defaults: a blank after each comma and colon, ASCII only, keys in their order. */
export function pythonJson(value: unknown): string {
  if (typeof value === 'string') return dumpString(value)
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const items = Object.entries(value).map(([key, item]) => `${dumpString(key)}: ${pythonJson(item)}`)
    return `{${items.join(', ')}}`
  }
  return JSON.stringify(value ?? null)
}
