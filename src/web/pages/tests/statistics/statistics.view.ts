import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'
import { Charts, type ChartsProps } from './charts.view.ts'
import { MachineTime, type MachineTimeProps } from './machine-time.view.ts'

interface Counts {
  readonly numpkgs: number
  readonly numpkgspass: number
  readonly passruns: number
  readonly failruns: number
}

export interface StatisticsViewProps extends ChartsProps {
  readonly layout: LayoutData
  /** By release and arch. */
  readonly statistics: Readonly<Record<string, Readonly<Record<string, Counts>>>>
  /** False while nothing has been counted yet. */
  readonly known: boolean
  readonly at: Date | undefined
  readonly machineTime: MachineTimeProps
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`

/** A table for each release, the newest first. */
export function StatisticsView({
  layout,
  statistics,
  known,
  at,
  machineTime,
  ...charts
}: StatisticsViewProps) {
  const releases = Object.entries(statistics).reverse()
  return Layout({
    layout,
    title: 'Statistics',
    here: 'statistics',
    children: markup`
      <h1>Statistics</h1>
      <p><a href="${links.flaky()}">Flaky tests</a></p>
      ${Charts(charts)}
      ${MachineTime(machineTime)}
      ${
        !known &&
        Empty({
          children:
            'Nothing has been counted yet. Tests are counted every hour, and soon after the service is first started.',
        })
      }
      ${known && releases.length === 0 && Empty({ children: 'There are no results to count yet.' })}
      ${
        at !== undefined &&
        known &&
        markup`
          <h2>Packages and runs</h2>
          <p class="quiet">Counted ${timeElement(at.getTime())}</p>
        `
      }
      ${releases.map(
        ([release, byArch]) => markup`<section><h3>${release}</h3>${table(release, byArch)}</section>`,
      )}
    `,
  })
}

function table(release: string, byArch: Readonly<Record<string, Counts>>) {
  return markup`
    <table class="readable statistics">
      <caption>Packages and runs of ${release} by architecture</caption>\n
      <thead>
        <tr>
          <th scope="col">Arch</th>
          <th scope="col" class="n">Packages</th>
          <th scope="col" class="n">that pass</th>
          <th scope="col" class="n">Share</th>
          <th scope="col" class="n">Runs passed</th>
          <th scope="col" class="n">Runs failed</th>
          <th scope="col" class="n">Share passed</th>
        </tr>
      </thead>\n
      <tbody>${Object.entries(byArch).map(
        ([arch, c]) =>
          markup`
            <tr>
              <th scope="row"><a href="${links.recent({ release, arch })}">${arch}</a></th>
              <td data-head="Packages" class="n">${count(c.numpkgs)}</td>
              <td data-head="that pass" class="n">${count(c.numpkgspass)}</td>
              <td data-head="Share" class="n">${share(c.numpkgspass, c.numpkgs)}</td>
              <td data-head="Runs passed" class="n">${count(c.passruns)}</td>
              <td data-head="Runs failed" class="n">${count(c.failruns)}</td>
              <td data-head="Share passed" class="n">${share(c.passruns, c.passruns + c.failruns)}</td>
            </tr>
          `,
      )}</tbody>
    </table>
  `
}
