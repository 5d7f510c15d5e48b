import type { Derived } from '../../backends/derived/derived.ts'
import { compilePattern, type Pattern } from '../../domain/log/search/pattern.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { firstFailures } from './first-failures.ts'

/** What the line that says why a run failed must have in it; upper and lower case are alike. */
export interface FailureText {
  readonly text: string
  readonly isPattern: boolean
}

/**
 * Those of some runs of which the first line that says why they failed has a text, or matches a pattern; none of which no line is
 * known. BadInput for a pattern that is none; it takes as many steps as it and the lines are long, whatever they are.
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
