import { signatureText } from './signature.ts'

/** More words of a line than this narrow no search. */
const MOST = 60
const LONGEST = 60
const BETWEEN = /[^\p{L}\p{N}]+/u

/** The words of a text in lower case, letters and digits alone, each once. */
function wordsOf(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(BETWEEN)
    .filter(word => word !== '')
    .map(word => word.slice(0, LONGEST))
  return [...new Set(words)].slice(0, MOST)
}

/** What a signature is found by. */
export function searchWords(signature: string): readonly string[] {
  return wordsOf(signature)
}

/** Words of a search are fewer. */
const MOST_SOUGHT = 12
/** No longer text is looked for. */
const LONGEST_SOUGHT = 400

/**
 * What is looked for: the beginnings of words. Somebody may paste a line as it stands in a log, so that what varies goes
 * from it as from that.
 */
export function soughtWords(query: string): readonly string[] {
  return wordsOf(signatureText(query.slice(0, LONGEST_SOUGHT).toWellFormed())).slice(0, MOST_SOUGHT)
}
