import { compilePattern } from './pattern.ts'

/** What to search the lines of a log for. */
export interface WantedLine {
  readonly text: string
  readonly isPattern: boolean
  readonly ignoreCase: boolean
}

/** The number of characters of a line that are examined. */
export const LOOKED_AT = 8192

/** Tells whether lines, without their escapes, match. */
export interface LineMatcher {
  matches(line: string): boolean
  /** Total steps that a pattern took, for callers that limit them. */
  readonly steps: number
}

/** The same for the website and the browser. Throws BadInput for an invalid pattern. */
export function lineMatcher({ text, isPattern, ignoreCase }: WantedLine): LineMatcher {
  if (isPattern) {
    const pattern = compilePattern(text, { ignoreCase })
    return {
      matches: line => pattern.test(line),
      get steps() {
        return pattern.steps
      },
    }
  }
  const plain = ignoreCase ? text.toLowerCase() : text
  return { matches: line => (ignoreCase ? line.toLowerCase() : line).includes(plain), steps: 0 }
}
