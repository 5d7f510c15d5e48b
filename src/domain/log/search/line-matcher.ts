import { compilePattern } from './pattern.ts'

/** What lines of a log are looked for by. */
export interface WantedLine {
  readonly text: string
  readonly isPattern: boolean
  readonly ignoreCase: boolean
}

/** Characters that are looked at of a line. */
export const LOOKED_AT = 8192

/** Says of lines, without their escapes, whether they are wanted. */
export interface LineMatcher {
  matches(line: string): boolean
  /** Steps that a pattern took in all, for who bounds them. */
  readonly steps: number
}

/** The same for a website and a browser. BadInput for a pattern that is none. */
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
