import type { Dialect } from '../newest.ts'

export interface TextStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Builds a statement: `table` gives the name of one of our tables, `value` places a parameter. */
export function statement(
  dialect: Dialect,
  write: (table: (name: string) => string, value: (value: unknown) => string) => string,
): TextStatement {
  const parameters: unknown[] = []
  const sql = write(
    name => dialect.prefix + name,
    value => dialect.placeholder(parameters.push(value)),
  )
  return { sql, parameters }
}

/** A condition that a column of names in lower case contains a text. */
export function contains(column: string, text: string, value: (value: unknown) => string): string {
  return `${column} LIKE ${value(`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`)} ESCAPE '\\'`
}

/** Joins those conditions that are given. */
export const allOf = (...conditions: readonly (string | undefined | false)[]): string =>
  conditions.filter(one => typeof one === 'string').join(' AND ')
