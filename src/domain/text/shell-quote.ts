/** What the shell takes as it is, wherever it stands; `~` is not among it, nor is anything that a pattern is made of. */
const PLAIN = /^[A-Za-z0-9_%+=:,./@-]+$/

/**
 * One word for a POSIX shell (Shell Command Language, 2.2.2 Single-Quotes): nothing in it is expanded, and it comes out
 * as it went in. The text must not hold NUL, which no word can.
 */
export function shellQuote(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
