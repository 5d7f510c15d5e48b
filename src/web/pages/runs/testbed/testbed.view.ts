import { verdictOf } from '../../../../domain/run/verdict.ts'
import type { TestbedChange } from '../../../../domain/testbed/testbed-packages.ts'
import type { Testbed } from '../../../../queries/runs/testbed.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { runTime } from '../../../ui/facts/time.ts'
import { verdictLink } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { versionText } from '../../../ui/markup/wrapping.ts'
import { RunCrumbs } from '../../../ui/run-crumbs.view.ts'

interface TestbedViewProps {
  readonly layout: LayoutData
  readonly testbed: Testbed
  /** The rows of what it had, if it left a list, and of what changed, if that is known. */
  readonly packages: Markup | undefined
  readonly changes: Markup | undefined
}

/** What changed since the run before stands first: that is what people come for. */
export function TestbedView({ layout, testbed, packages, changes }: TestbedViewProps) {
  const { run, list, since } = testbed
  const title = `Testbed of ${run.package} on ${run.release} ${run.arch}`
  return Layout({
    layout,
    title,
    children: markup`
      ${RunCrumbs({ run })}
      <h1>${verdictLink(verdictOf(run.exitcode), links.run(run))} ${title}</h1>
      ${
        since &&
        markup`
          <section>
            <h2>Changed since the previous run</h2>
            <p>
              Compared with${' '}
              ${verdictLink(verdictOf(since.previous.exitcode), links.run(since.previous))}${' '}
              ${runTime(since.previous.runId)}.
            </p>
            ${
              since.changes.length === 0
                ? Empty({ children: 'No changes: the packages are the same.' })
                : changesTable(since.changes.length, changes)
            }
          </section>
        `
      }
      <h2>${list && !list.isCut ? counted(list.packages.size, 'package') : 'Packages'} installed</h2>
      ${
        list?.isCut &&
        markup`
          <p class="note">
            Only the first ${counted(list.packages.size, 'package')} are shown; the whole list is in${' '}
            <a href="${links.rawFile(run, 'result.tar')}">result.tar</a>.
          </p>
        `
      }
      ${
        list
          ? packagesTable(packages)
          : Empty({
              children: 'This run left no list of packages; it may have ended before its tests began.',
            })
      }
    `,
  })
}

const version = (text: string | undefined, otherwise: string): Markup =>
  text === undefined ? markup`<span class="quiet">${otherwise}</span>` : versionText(text)

function changesTable(count: number, rows: Markup | undefined): Markup {
  return markup`
    <table class="readable">
      <caption>${counted(count, 'package')}</caption>\n
      <thead><tr><th scope="col">Package</th><th scope="col">Before</th><th scope="col">Now</th></tr></thead>\n
      <tbody>${rows}</tbody>
    </table>
  `
}

/** A package that is not what it was. */
export function changeRow(change: TestbedChange): Markup {
  return markup`
    <tr data-row>
      <td data-head="Package">${change.name}</td>
      <td data-head="Before">${version(change.before, 'not there')}</td>
      <td data-head="Now">${version(change.after, 'gone')}</td>
    </tr>
  `
}

function packagesTable(rows: Markup | undefined): Markup {
  return markup`
    <table class="readable">
      <thead><tr><th scope="col">Package</th><th scope="col">Version</th></tr></thead>\n
      <tbody>${rows}</tbody>
    </table>
  `
}

/** A package that was installed. */
export function packageRow([name, text]: readonly [string, string]): Markup {
  return markup`
    <tr data-row><td data-head="Package">${name}</td><td data-head="Version">${versionText(text)}</td></tr>
  `
}
