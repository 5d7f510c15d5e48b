import type { Run } from '../../../../domain/run/run.ts'
import {
  PACKAGE_CHANGE_KINDS,
  type PackageChange,
  type PackageChanges,
} from '../../../../domain/testbed/package-changes.ts'
import type { ComparedInstalls, InstalledChanges } from '../../../../queries/compare/compared-installs.ts'
import type { ComparedTestbeds, MachineDifference } from '../../../../queries/compare/compared-testbeds.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { shownText } from '../../../ui/markup/control-characters.ts'
import { type Markup, markup, NOTHING } from '../../../ui/markup/markup.ts'
import { versionText, wrapping } from '../../../ui/markup/wrapping.ts'

/** In the place of a part whose files could not be read. */
export const PART_AWAY: Markup = markup`
  <p class="notice">This part could not be read from the object store. <a href="">Try again</a></p>
`

/** More changes than this are folded. */
const OPEN = 60
/** Names of tests that are listed where all installed the same. */
const NAMED = 10

/** What is different in the testbeds. */
export function TestbedPart({
  runs,
  testbeds,
}: {
  readonly runs: { readonly from: Run; readonly to: Run }
  readonly testbeds: ComparedTestbeds
}) {
  const { changes, unknown, machines } = testbeds
  return markup`
    <section id="testbed">
      <h2>Testbed packages</h2>
      ${
        changes === undefined
          ? Empty({ children: markup`No data: ${unknown}.` })
          : changes.changed === 0
            ? Empty({ children: 'No differences.' })
            : changesOf(changes)
      }
      ${machines.length > 0 && machineTable(machines)}
      <p class="quiet">
        All packages: <a href="${links.testbed(runs.from)}">from</a>,${' '}
        <a href="${links.testbed(runs.to)}">to</a>
      </p>
    </section>
  `
}

/** What is different in what the tests installed. */
export function InstallsPart({
  installs: { installs, compared, faults },
}: {
  readonly installs: ComparedInstalls
}) {
  return markup`
    <section id="installed">
      <h2>Installed for the tests</h2>
      ${
        compared === 0
          ? Empty({ children: 'No test of both runs recorded what it installed.' })
          : installs.length === 0
            ? Empty({ children: markup`No differences in ${counted(compared, 'test')}.` })
            : (installs.map(installsOf))
      }
      ${faults.map(fault => markup`<p class="note">Incomplete: ${fault}.</p>`)}
    </section>
  `
}

function installsOf({ tests, changes }: InstalledChanges) {
  const more = tests.length - NAMED
  return markup`
    <section>
      <h3>
        ${tests.slice(0, NAMED).map(shownText).join(', ')}
        ${more > 0 && ` and ${counted(more, 'more test')}`}
      </h3>
      ${changesOf(changes)}
    </section>
  `
}

/** A sentence, and the packages: those of the triggers stand open, the rest is folded where it is long. */
function changesOf({ counts, changed, ofTriggers, changes }: PackageChanges): Markup {
  const kinds = PACKAGE_CHANGE_KINDS.filter(kind => counts[kind] > 0).map(
    kind => `${count(counts[kind])} ${kind}`,
  )
  const own = changes.filter(change => change.trigger !== undefined)
  const rest = changes.slice(own.length)
  const said = ofTriggers > 0 ? `; ${count(ofTriggers)} came in the version of a trigger` : ''
  const cut =
    changes.length < changed
      ? markup`<p class="note">These are the first ${count(changes.length)}.</p>`
      : NOTHING
  const sentence = markup`<p>${counted(changed, 'package')} changed: ${kinds.join(', ')}${said}</p>`
  const isFolded = changes.length > OPEN && rest.length > 0
  const open = isFolded ? own : changes
  return markup`
    ${sentence}
    ${open.length > 0 ? changesTable(open, own.length > 0) : NOTHING}
    ${
      isFolded
        ? markup`
          <details>
            <summary>${own.length > 0 ? 'The other ' : ''}${counted(rest.length, 'package')}</summary>
            ${changesTable(rest, false)}
          </details>
        `
        : NOTHING
    }
    ${cut}
  `
}

function changesTable(changes: readonly PackageChange[], withTrigger: boolean): Markup {
  const version = (text: string | undefined): Markup =>
    text === undefined ? markup`<span class="quiet">absent</span>` : versionText(shownText(text))
  const trigger = (text: string | undefined): Markup =>
    markup`<td data-head="Trigger">${text === undefined ? NOTHING : wrapping(text)}</td>`
  return markup`
    <table class="readable package-changes">
      <thead>
        <tr>
          <th scope="col">Package</th>
          <th scope="col">What</th>
          <th scope="col">From</th>
          <th scope="col">To</th>
          ${withTrigger ? markup`<th scope="col">Version of trigger</th>` : NOTHING}
        </tr>
      </thead>\n
      <tbody>${changes.map(
        change => markup`
          <tr data-row>
            <td class="id">${shownText(change.name)}</td>
            <td data-head="What">${change.kind}</td>
            <td data-head="From">${version(change.before)}</td>
            <td data-head="To">${version(change.after)}</td>
            ${withTrigger ? trigger(change.trigger) : NOTHING}
          </tr>\n
        `,
      )}</tbody>
    </table>
  `
}

const MACHINE_WORDS: Readonly<Record<string, string>> = {
  autopkgtest_version: 'autopkgtest',
  kernel_version: 'Kernel',
  host_architecture: 'Architecture of the host',
  test_architecture: 'Architecture of the test',
  cpu_model: 'Processor',
  nproc: 'Processors',
  virt_server: 'Testbed',
}

function machineTable(machines: readonly MachineDifference[]): Markup {
  const side = (text: string | undefined): string | Markup =>
    text === undefined ? markup`<span class="quiet">unknown</span>` : shownText(text)
  return markup`
    <h3>The machines</h3>
    <table class="readable">
      <thead><tr><th scope="col">What</th><th scope="col">From</th><th scope="col">To</th></tr></thead>\n
      <tbody>${machines.map(
        ({ name, before, after }) => markup`
          <tr data-row>
            <td class="id">${MACHINE_WORDS[name] ?? name}</td>
            <td data-head="From">${side(before)}</td>
            <td data-head="To">${side(after)}</td>
          </tr>\n
        `,
      )}</tbody>
    </table>
  `
}
