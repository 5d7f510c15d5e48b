import type { ListedSteadiness } from '../../../backends/derived/steadiness.ts'
import { humanDuration } from '../../../domain/run/duration.ts'
import { links } from '../../links.ts'
import { count, counted } from '../facts/numbers.ts'
import { runTime } from '../facts/time.ts'
import { type Markup, markup } from '../markup/markup.ts'

/** Tests with their proven flakes, and what their retries came to. */
export function flakyTable(found: readonly ListedSteadiness[], offset: number): Markup {
  return markup`
    <table class="readable">
      <caption>Tests ${count(offset + 1)} to ${count(offset + found.length)}</caption>\n
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">Release</th>
          <th scope="col">Arch</th>
          <th scope="col" class="n">Flakes</th>
          <th scope="col">Newest flake</th>
          <th scope="col" class="n">Retries passed</th>
          <th scope="col" class="n">Retries took</th>
          <th scope="col" class="n">Verdict changed</th>
        </tr>
      </thead>\n
      <tbody>${found.map(row)}</tbody>
    </table>
  `
}

function row(test: ListedSteadiness): Markup {
  const { lastFlake: flake } = test
  const run = (runId: string): string =>
    links.run({ release: test.release, arch: test.arch, package: test.package, runId })
  const newest =
    flake === undefined
      ? markup`<span class="quiet">none</span>`
      : markup`
        <a href="${run(flake.from)}">${runTime(flake.from)}</a> and${' '}
        <a href="${run(flake.to)}">${runTime(flake.to)}</a>
      `
  return markup`
    <tr data-row>
      <td class="id"><a href="${links.test(test)}">${test.package}</a></td>
      <td class="id">${test.release}</td>
      <td class="id">${test.arch}</td>
      <td data-head="Flakes" class="n">${count(test.flakes)}</td>
      <td data-head="Newest flake">${newest}</td>
      <td data-head="Retries passed" class="n">${count(test.rescued)} of ${count(test.retries)}</td>
      <td data-head="Retries took" class="n">${humanDuration(test.retrySeconds)}</td>
      <td data-head="Verdict changed" class="n">
        ${count(test.transitions)} in ${counted(test.runs, 'run')}
      </td>
    </tr>\n
  `
}
