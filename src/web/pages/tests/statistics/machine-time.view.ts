import type {
  Cost,
  Costs,
  MachineTimeKind,
  MachineTimeRange,
} from '../../../../contracts/files/machine-time-json.ts'
import { links } from '../../../links.ts'
import { machineTimeText, RANGE_WORDS } from '../../../ui/facts/machine-time.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { triggerLink } from '../../../ui/facts/trigger-list.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'

export interface MachineTimeProps {
  readonly range: MachineTimeRange
  /** Undefined until they are counted. */
  readonly costs: Costs | undefined
  readonly at: Date | undefined
}

/** Rows of each table; the JSON and CSV have more. */
const SHOWN = 10

const HEADS: readonly (readonly [MachineTimeKind, string, (name: string) => Markup | string])[] = [
  ['trigger', 'Trigger', triggerLink],
  ['requester', 'Requester', nick => markup`<a href="${links.user({ nick })}">${nick}</a>`],
  ['package', 'Package', name => markup`<a href="${links.package({ package: name })}">${name}</a>`],
  ['arch', 'Architecture', arch => markup`<a href="${links.recent({ arch })}">${arch}</a>`],
]

/** Where the time of the machines goes: what and who asked for most of it. */
export function MachineTime({ range, costs, at }: MachineTimeProps) {
  const all = costs?.arch.reduce((sum, { seconds }) => sum + seconds, 0) ?? 0
  if (costs === undefined || all === 0)
    return markup`<p class="quiet">Machine time: no runs are counted in ${RANGE_WORDS[range]} yet.</p>`
  return markup`
    <section class="machine-time" id="machine-time">
      <h2>${machineTimeText(all)} of machine time in ${RANGE_WORDS[range]}</h2>
      <p class="quiet">
        What took most, counted ${at === undefined ? '' : timeElement(at.getTime())}; a run with several triggers
        counts for each of them.
      </p>
      <div class="multiples">${HEADS.map(([kind, head, nameOf]) =>
        costs[kind].length === 0 ? NOTHING : table(costs[kind], { kind, head, nameOf, range, all }),
      )}</div>
    </section>
  `
}

function table(
  costs: readonly Cost[],
  {
    kind,
    head,
    nameOf,
    range,
    all,
  }: {
    readonly kind: MachineTimeKind
    readonly head: string
    readonly nameOf: (name: string) => Markup | string
    readonly range: MachineTimeRange
    readonly all: number
  },
): Markup {
  return markup`
    <div>
      <table>
        <caption>
          By ${head.toLowerCase()}, as${' '}
          <a href="${links.machineTimeJson({ range, of: kind })}">JSON</a>${' '}
          <a href="${links.machineTimeCsv({ range, of: kind })}">CSV</a>
        </caption>\n
        <thead>
          <tr>
            <th scope="col">${head}</th>
            <th scope="col" class="n">Time</th>
            <th scope="col" class="n">Runs</th>
            <th scope="col" class="n">Share</th>
          </tr>
        </thead>\n
        <tbody>${costs.slice(0, SHOWN).map(
          ({ name, runs, seconds }) => markup`
            <tr>
              <th scope="row">${nameOf(name)}</th>
              <td class="n">${machineTimeText(seconds)}</td>
              <td class="n">${count(runs)}</td>
              <td class="n">${shareText(seconds, all)}</td>
            </tr>
          `,
        )}</tbody>
      </table>
    </div>
  `
}

function shareText(part: number, whole: number): string {
  const percent = (100 * part) / whole
  return percent < 1 ? 'under 1 %' : `${Math.round(percent)} %`
}
