import { signatureText } from './signature.ts'

/** Further words of a line would not narrow a search. */
const MOST = 60
const LONGEST = 60
const BETWEEN = /[^\p{L}\p{N}]+/u

/** The words of a text in lower case, letters and digits only, each once. */
function wordsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(BETWEEN)
    .filter(word => word !== '')
    .map(word => word.slice(0, LONGEST))
  return [...new Set(words)].slice(0, MOST)
}

/** The words that a signature is found by. */
export function searchWords(signature: string): readonly string[] {
  return wordsOf(signature)
}

/** The greatest number of words in a search, which is smaller. */
const MOST_SOUGHT = 12
/** The greatest length of a text to search for. */
const LONGEST_SOUGHT = 400

/**
 * The beginnings of words to search for. Users may paste a line from a log, so the parts that vary are
 * removed as they are from the log's lines.
 */
export function soughtWords(query: string): readonly string[] {
  return wordsOf(signatureText(query.slice(0, LONGEST_SOUGHT).toWellFormed())).slice(0, MOST_SOUGHT)
}
