import type { Derived } from '../../backends/derived/derived.ts'
import { compilePattern, type Pattern } from '../../domain/log/search/pattern.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { firstFailures } from './first-failures.ts'

/** A text that must occur in the line that says why a run failed; upper and lower case are equal. */
export interface FailureText {
  readonly text: string
  readonly isPattern: boolean
}

/**
 * The runs whose first line that says why they failed contains a text, or matches a pattern; runs without a
 * known line are omitted. Throws BadInput for an invalid pattern; a pattern takes at most as many steps as
 * its length and those of the lines multiplied.
 */
export async function havingText<Failed extends RunKey>(
  derived: Pick<Derived, 'failures'>,
  runs: readonly Failed[],
  wanted: FailureText,
): Promise<Failed[]> {
  const fits = matcher(wanted)
  const first = await firstFailures(derived, runs)
  return runs.filter((_, place) => fits(first[place]?.line.text))
}

function matcher({ text, isPattern }: FailureText): (line: string | undefined) => boolean {
  if (!isPattern) {
    const lower = text.toLowerCase()
    return line => line?.toLowerCase().includes(lower) === true
  }
  const pattern: Pattern = compilePattern(text, { ignoreCase: true })
  return line => line !== undefined && pattern.test(line)
}
