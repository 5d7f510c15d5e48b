/**
 * Text that the shell leaves unchanged in any position; `~` is not included, nor are characters of patterns.
 */
const PLAIN = /^[A-Za-z0-9_%+=:,./@-]+$/

/**
 * Quotes a text as one word for a POSIX shell (Shell Command Language, 2.2.2 Single-Quotes): nothing in it is
 * expanded, and the shell's word is the same text. The text must not contain NUL, which no word can.
 */
export function shellQuote(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
