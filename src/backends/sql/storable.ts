/**
 * A text as both engines keep it and look it up: PostgreSQL has no NUL in a text, SQLite stops at one in places, and neither has
 * halves of surrogate pairs. Each of these becomes U+FFFD, in what is written and in what is asked for alike.
 */
export function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole
}

/** The same for a parameter of a statement: a text, a list, or texts by their names. All else is as it was. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, storable(one)]))
}

/** The same for what an engine reads as JSON: there such characters are escapes, which no statement's parameter shows. */
export const storableJson = (value: unknown): string => JSON.stringify(storable(value))

/** All parameters of a statement. */
export const storableAll = (values: readonly unknown[]): unknown[] => values.map(storable)
