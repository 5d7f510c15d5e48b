import type { ExcuseDifference, ExcuseDifferences } from '../../../../contracts/files/excuse-differences.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { timeElement } from '../../../ui/facts/time.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'

export interface ExcusesViewProps {
  readonly layout: LayoutData
  readonly areConfigured: boolean
  readonly found: ExcuseDifferences
}

/** Do britney and this site agree? */
export function ExcusesView({ layout, areConfigured, found }: ExcusesViewProps) {
  return Layout({
    layout,
    title: 'Checked against britney',
    here: 'regressions',
    children: markup`
      <p class="crumbs"><a href="${links.regressions()}">Regressions</a></p>
      <h1>Checked against britney</h1>
      ${areConfigured || found.compared_at !== null ? Compared({ found }) : Empty({ children: UNCONFIGURED })}
    `,
  })
}

const UNCONFIGURED = 'This site does not read excuses; their location can be set in its configuration.'

function Compared({ found }: Pick<ExcusesViewProps, 'found'>): Markup {
  const { compared, differing, differences, made, compared_at: at } = found
  if (at === null) return Empty({ children: 'Nothing has been compared yet.' })
  return markup`
    <p>
      Of ${counted(compared, 'test')} of uploads named in its excuses, britney reports another result for${' '}
      <strong>${count(differing)}</strong>. Compared ${timeElement(Date.parse(at))}
      ${made !== null && markup`, with excuses of ${timeElement(Date.parse(made))}`}.
    </p>
    <p class="quiet">
      Running tests, and results of the hour before the excuses were written, are left out. A newer baseline, a hint,
      or a test that britney no longer counts may explain a difference; otherwise one of the two is wrong.
    </p>
    ${differing === 0 ? Empty({ children: 'Both agree on every test.' }) : table(differences)}
    ${
      differences.length < differing &&
      markup`<p class="quiet">The first ${count(differences.length)} are listed.</p>`
    }
    <p class="quiet"><a href="${links.excusesJson()}">As JSON</a></p>
  `
}

function table(differences: readonly ExcuseDifference[]): Markup {
  return markup`
    <table class="readable">
      <thead>
        <tr>
          <th scope="col">Upload</th>
          <th scope="col">Test</th>
          <th scope="col">Release, arch</th>
          <th scope="col">Britney</th>
          <th scope="col">Here</th>
        </tr>
      </thead>\n
      <tbody>${differences.map(row)}</tbody>
    </table>
  `
}

function row(one: ExcuseDifference): Markup {
  const { source, version, outcome, run_id: runId } = one
  const here = outcome ?? 'unknown'
  return markup`
    <tr data-row>
      <th scope="row" class="mono"><a href="${links.trigger(one)}">${source}/${wrapping(version)}</a></th>${' '}
      <td data-head="Test" class="id"><a href="${links.test(one)}">${wrapping(one.package)}</a></td>${' '}
      <td data-head="Release, arch" class="id">${one.release} ${one.arch}</td>${' '}
      <td data-head="Britney">${one.britney}</td>${' '}
      <td data-head="Here">${runId === null ? here : markup`<a href="${links.run({ ...one, runId })}">${here}</a>`}</td>
    </tr>\n
  `
}
