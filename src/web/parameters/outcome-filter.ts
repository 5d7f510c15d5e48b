import type { OutcomeFilter, PackageOutcome } from '../../backends/derived/triggers.ts'
import { BadInput } from '../../domain/errors.ts'
import { isOutcome, OUTCOMES, type Outcome } from '../../domain/trigger/outcome.ts'

/** The parameters by which the tests of a trigger are narrowed. */
export const OUTCOME_PARAMETERS = ['outcome', 'release', 'arch', 'text'] as const

/** Longer than any package's name. */
const LONGEST_TEXT = 120

/** Empty parameters do not filter. */
export function readOutcomeFilter(query: URLSearchParams): OutcomeFilter {
  const given = (name: (typeof OUTCOME_PARAMETERS)[number]): string | undefined =>
    query.get(name)?.trim() || undefined
  const outcome = given('outcome')
  return {
    outcome: outcome === undefined ? undefined : readOutcome(outcome),
    release: given('release'),
    arch: given('arch'),
    text: given('text')?.slice(0, LONGEST_TEXT).toWellFormed(),
  }
}

function readOutcome(word: string): Outcome {
  const outcome = word.replaceAll('-', ' ')
  if (!isOutcome(outcome)) throw new BadInput(`“outcome” must be one of: ${OUTCOMES.join(', ')}.`)
  return outcome
}

/** `regression/glibc`: the package that was shown last, and its worst outcome. */
export function readPackageOutcome(text: string | null): PackageOutcome | undefined {
  if (text === null || text === '') return undefined
  const slash = text.indexOf('/')
  const outcome = text.slice(0, Math.max(slash, 0))
  if (!isOutcome(outcome)) throw new BadInput('“after” must be an outcome, a slash and a package.')
  return { outcome, package: text.slice(slash + 1).toWellFormed() }
}

export const packageOutcomeText = ({ outcome, package: name }: PackageOutcome): string => `${outcome}/${name}`
