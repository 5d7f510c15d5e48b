import type { OutcomeFilter, PackageOutcome } from '../../backends/derived/triggers.ts'
import { BadInput } from '../../domain/errors.ts'
import { isOutcome, OUTCOMES, type Outcome } from '../../domain/trigger/outcome.ts'
import type { FailureText } from '../../queries/failures/failure-text.ts'

/** The parameters by which the tests of a trigger are narrowed. */
export const OUTCOME_PARAMETERS = [
  'outcome',
  'release',
  'arch',
  'text',
  'failure',
  'pattern',
  'since',
] as const

/** Longer than any package's name. */
const LONGEST_TEXT = 120
const LONGEST_FAILURE = 200

/** The filters, as they are written in addresses. */
export interface AskedOutcomes extends OutcomeFilter {
  /** In the first line that says why a test failed; with `pattern` a pattern. */
  readonly failure?: string | undefined
  readonly pattern?: '1' | undefined
}

/** Empty parameters do not filter. */
export function readOutcomeFilter(query: URLSearchParams): AskedOutcomes {
  const given = (name: (typeof OUTCOME_PARAMETERS)[number]): string | undefined =>
    query.get(name)?.trim() || undefined
  const outcome = given('outcome')
  return {
    outcome: outcome === undefined ? undefined : readOutcome(outcome),
    release: given('release'),
    arch: given('arch'),
    text: given('text')?.slice(0, LONGEST_TEXT).toWellFormed(),
    failure: given('failure')?.slice(0, LONGEST_FAILURE).toWellFormed(),
    pattern: given('failure') !== undefined && given('pattern') === '1' ? '1' : undefined,
    since: readSince(given('since')),
  }
}

export const failureTextOf = ({ failure, pattern }: AskedOutcomes): FailureText | undefined =>
  failure === undefined ? undefined : { text: failure, isPattern: pattern === '1' }

/** The beginning of a run id: a day, or a moment. */
function readSince(text: string | undefined): string | undefined {
  if (text !== undefined && !/^\d{8}(?:_\d{6})?$/.test(text))
    throw new BadInput('“since” must be a day or a time in UTC, in the form of a run id: 20261129_101112.')
  return text
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
