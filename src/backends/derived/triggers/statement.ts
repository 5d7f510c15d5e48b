import type { Dialect } from '../newest.ts'

export interface TextStatement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** Puts a statement together: `table` names one of ours, `value` puts a parameter into its place. */
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

/** A condition that a text is anywhere in a column of names in lower case. */
export function contains(column: string, text: string, value: (value: unknown) => string): string {
  return `${column} LIKE ${value(`%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`)} ESCAPE '\\'`
}

/** Those conditions that are there. */
export const allOf = (...conditions: readonly (string | undefined | false)[]): string =>
  conditions.filter(one => typeof one === 'string').join(' AND ')
