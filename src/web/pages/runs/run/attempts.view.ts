import type { Run } from '../../../../domain/run/run.ts'
import type { RunAttempts } from '../../../../queries/runs/run-attempts.ts'
import { links } from '../../../links.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { requesterLink } from '../../../ui/lists/runs-table.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

/** Changes of the verdict that are worth a word. */
const UNSTEADY = 3

/** Earlier attempts, so that they are not repeated, and how steady the test is. */
export function attemptsOf(run: Run, { lineage, steadiness }: RunAttempts): Markup {
  const lines = [
    lineage.attempt > 1 &&
      markup`<p>Attempt ${lineage.attempt} with the same version and triggers: ${by(lineage)}.</p>`,
    steadiness?.lastFlake &&
      markup`
        <p>
          A proven flake: with the same version and triggers it passed and failed within two days,${' '}
          ${times(steadiness.flakes)} in a year; last in${' '}
          <a href="${links.run({ ...run, runId: steadiness.lastFlake.from })}">this run</a> and${' '}
          <a href="${links.run({ ...run, runId: steadiness.lastFlake.to })}">
            that of ${runTime(steadiness.lastFlake.to)}
          </a>.
        </p>
      `,
    steadiness !== undefined &&
      steadiness.lastFlake === undefined &&
      steadiness.transitions >= UNSTEADY &&
      markup`
        <p>
          Unsteady: the verdict changed ${times(steadiness.transitions)} in${' '}
          ${counted(steadiness.runs, 'run')} of a year.
        </p>
      `,
  ].filter(line => typeof line === 'object')
  return lines.length === 0 ? NOTHING : markup`<div class="attempts">${lines}</div>`
}

function by({ requesters }: RunAttempts['lineage']): Markup[] {
  return requesters.map(({ name, times: number }, place) => {
    const who = requesterLink(name) ?? 'an unknown requester'
    return markup`${place === 0 ? 'by ' : ', by '}${who}${number > 1 ? ` ${times(number)}` : ''}`
  })
}

function times(number: number): string {
  if (number === 1) return 'once'
  return number === 2 ? 'twice' : `${count(number)} times`
}
