import { BRITNEY_WORDS, type Outcome } from '../../../domain/trigger/outcome.ts'
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
  regression: 'It fails, and the same test passes against the release as it is.',
  'no baseline':
    'It fails, and nobody has run the test against the release as it is: a run of migration-reference/0 would tell.',
  'not a regression': 'It fails, as it does against the release as it is, or it has never passed.',
  neutral: 'There was nothing to test.',
  pass: 'It has passed with this trigger; runs that failed before or after do not count.',
}

/** An outcome as its word. */
export const outcomeMark = (outcome: Outcome): Markup =>
  markup`
    <span class="v ${LOOKS[outcome]}" title="${MEANINGS[outcome]} In the excuses: ${BRITNEY_WORDS[outcome]}">
      ${outcome}
    </span>
  `

export const outcomeLook = (outcome: Outcome): string => LOOKS[outcome]
