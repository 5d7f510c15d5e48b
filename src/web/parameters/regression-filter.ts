import { BadInput } from '../../domain/errors.ts'
import { EXIT_NEVER_RUN, EXIT_TESTBED_FAILED } from '../../domain/run/verdict.ts'
import { isRetryHow, RETRY_HOWS, type RetryHow } from '../../domain/trigger/retry-plan.ts'
import { parseTrigger, splitTriggers } from '../../domain/trigger/trigger.ts'
import type { FailureText } from '../../queries/failures/failure-text.ts'
import type { RegressionFilter } from '../../queries/triggers/regressions.ts'

/** The parameters by which what failed is narrowed. */
export const REGRESSION_PARAMETERS = [
  'blocks',
  'blocked_by',
  'blocked_by_tests',
  'state',
  'min_age',
  'max_age',
  'unknown',
  'release',
  'arch',
  'team',
  'requester',
  'text',
  'pattern',
] as const

/** What a state is in the address. */
export const STATES = {
  regression: { outcomes: ['regression'] },
  'no baseline': { outcomes: ['no baseline'] },
  'no result': {
    outcomes: ['regression', 'no baseline', 'not a regression'],
    exitcodes: [EXIT_TESTBED_FAILED, EXIT_NEVER_RUN],
  },
  'not a regression': { outcomes: ['not a regression'] },
} as const

export type StateWord = keyof typeof STATES

/** Older ones are mostly of uploads that wait for nothing any more. */
const DEFAULT_MAX_AGE = 14

const DAY_MS = 86_400_000
const LONGEST_NAME = 120
const LONGEST_TEXT = 200
const MOST_DAYS = 36_500

/** Empty parameters do not filter. Ages are in whole days of UTC since the deciding run. */
export function readRegressionFilter(query: URLSearchParams, now: Date): RegressionFilter {
  const given = (name: (typeof REGRESSION_PARAMETERS)[number]): string | undefined =>
    query.get(name)?.trim().slice(0, LONGEST_NAME).toWellFormed() || undefined
  const days = (name: 'min_age' | 'max_age'): number | undefined => {
    const text = given(name)
    if (text === undefined) return undefined
    const number = /^\d{1,6}$/.test(text) ? Math.min(Number(text), MOST_DAYS) : undefined
    if (number === undefined) throw new BadInput(`“${name}” must be a number of days.`)
    return number
  }
  const [least, most] = [days('min_age'), days('max_age') ?? DEFAULT_MAX_AGE]
  const arches = given('arch')
    ?.split(/[\s,]+/)
    .filter(Boolean)
  return {
    ...STATES[readState(query)],
    source: given('blocks'),
    blockedBy: given('blocked_by'),
    package: given('blocked_by_tests'),
    release: given('release'),
    arches: arches?.length === 0 ? undefined : arches,
    team: given('team'),
    requester: given('requester'),
    text: readFailureText(query),
    onlyUnknown: given('unknown') === '1' || undefined,
    from: dayBefore(now, most),
    before: least === undefined || least === 0 ? undefined : dayBefore(now, least - 1),
  }
}

/** `text`, or with `pattern=1` a pattern as the search in logs takes it. */
function readFailureText(query: URLSearchParams): FailureText | undefined {
  const text = query.get('text')?.trim() ?? ''
  if (text.length > LONGEST_TEXT) throw new BadInput(`“text” has at most ${LONGEST_TEXT} characters.`)
  return text === '' ? undefined : { text, isPattern: query.get('pattern') === '1' }
}

/** Which failures are asked for; regressions if nothing is said. */
export function readState(query: URLSearchParams): StateWord {
  const text = query.get('state')?.trim() || 'regression'
  const word = text.toLowerCase().replaceAll('-', ' ')
  if (!Object.hasOwn(STATES, word)) {
    throw new BadInput(`“state” must be one of: ${Object.keys(STATES).join(', ')}.`)
  }
  return word as StateWord
}

/** Where what failed lately begins, for lists that are narrowed no further. */
export const recentFrom = (now: Date): string => dayBefore(now, DEFAULT_MAX_AGE)

/** `20260902`: run ids of that day and later ones come after it. */
function dayBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '')
}

const MOST_ADDED = 20

/** How runs are tried again. */
export interface HowToRetry {
  readonly how: RetryHow
  /** Triggers besides their own. */
  readonly added: readonly string[]
}

/** `how`, and `add`: triggers, separated by blanks. */
export function readRetryHow(query: URLSearchParams): HowToRetry {
  const how = query.get('how') || 'as it was'
  if (!isRetryHow(how)) throw new BadInput(`“how” must be one of: ${Object.keys(RETRY_HOWS).join(', ')}.`)
  const added = splitTriggers(query.get('add'))
  if (added.length > MOST_ADDED) throw new BadInput(`At most ${MOST_ADDED} triggers can be added.`)
  const odd = added.find(one => parseTrigger(one) === undefined)
  if (odd !== undefined)
    throw new BadInput(`“${odd.slice(0, LONGEST_NAME)}” is not a trigger: use source/version.`)
  return { how, added }
}
