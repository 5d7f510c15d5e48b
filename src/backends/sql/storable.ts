/**
 * A text as both engines store it and look it up: PostgreSQL accepts no NUL in a text, SQLite stops at one in
 * places, and neither accepts halves of surrogate pairs. Each of these becomes U+FFFD, both in stored texts
 * and in queries.
 */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** The same for a parameter of a statement: a text, a list, or named texts. Other values are unchanged. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, storable(one)]))
}

/**
 * The same for values that an engine reads as JSON: such characters are escapes there, which are not visible
 * in a statement's parameter.
 */
export const storableJson = (value: unknown): string => JSON.stringify(storable(value))

/** All parameters of a statement. */
export const storableAll = (values: readonly unknown[]): unknown[] => values.map(storable)
