import { britneyWord, type Outcome } from '../../../domain/trigger/outcome.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** The class that gives an outcome its colour and icon. */
const LOOKS: Readonly<Record<Outcome, string>> = {
  regression: 'fail',
  'no baseline': 'tmpfail',
  'not a regression': 'otherfail',
  neutral: 'neutral',
  pass: 'pass',
}

/** What each outcome means, for who has not met the words. */
const MEANINGS: Readonly<Record<Outcome, string>> = {
  regression: 'It fails, but passes in its reference run against the release as it is.',
  'no baseline': 'It fails, and has no reference run: request one with the trigger migration-reference/0.',
  'not a regression': 'It fails, as it does in its reference run, or it has never passed.',
  neutral: 'There was nothing to test.',
  pass: 'It has passed with this trigger; failed runs before or after that do not count.',
}

/** An outcome as its word. */
export const outcomeMark = (outcome: Outcome): Markup =>
  markup`
    <span class="v ${LOOKS[outcome]}" title="${MEANINGS[outcome]} In the excuses: ${britneyWord(outcome)}">
      ${outcome}
    </span>
  `

export const outcomeLook = (outcome: Outcome): string => LOOKS[outcome]
