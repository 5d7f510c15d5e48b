import type { VersionCounts } from '../../../../backends/derived/triggers.ts'
import { OUTCOMES } from '../../../../domain/trigger/outcome.ts'
import type { TriggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { outcomeMark } from '../../../ui/facts/outcome.ts'
import { IndexNote } from '../../../ui/index-state.view.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { type Markup, markup } from '../../../ui/markup/markup.ts'
import { wrapping } from '../../../ui/markup/wrapping.ts'

/** More than this are folded. */
const OPEN = 100

/** Which uploads of a source there were, and how each fared. */
export function SourceView({
  layout,
  found,
}: {
  readonly layout: LayoutData
  readonly found: TriggerVersions
}) {
  const { source, versions, index, isCut } = found
  return Layout({
    layout,
    title: `${source} as a trigger`,
    search: source,
    feed: links.triggerFeed({ source, feed: 'feed.atom' }),
    children: markup`
      <h1>What ${source} triggered</h1>
      <p><a href="${links.package({ package: source })}">The tests of ${source} itself</a></p>
      ${IndexNote({ index })}
      ${
        isCut &&
        markup`
          <p class="note">It has more versions than can be listed: newer ones may be missing.</p>
        `
      }
      ${
        versions.length === 0
          ? Empty({
              children: markup`
                No test that was triggered by an upload of “${source}” has ended here. Use the name of the source
                package, not of a binary package.
              `,
            })
          : markup`
            ${table(source, versions.slice(0, OPEN))}
            ${
              versions.length > OPEN &&
              markup`
                <details class="more">
                  <summary>${count(versions.length - OPEN)} older versions</summary>
                  ${table(source, versions.slice(OPEN))}
                </details>
              `
            }
          `
      }
    `,
  })
}

function table(source: string, versions: readonly VersionCounts[]): Markup {
  return markup`
    <div class="wide">
      <table class="runs outcomes">
        <thead>
          <tr>
            <th scope="col">Version</th>
            ${OUTCOMES.map(outcome => markup`<th scope="col" class="n">${outcomeMark(outcome)}</th>`)}
            <th scope="col" class="n">Tests</th>
          </tr>
        </thead>\n
        <tbody>\n${versions.map(version => row(source, version))}</tbody>
      </table>
    </div>
  `
}

function row(source: string, { version, counts }: VersionCounts): Markup {
  const trigger = { source, version }
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0)
  return markup`
    <tr data-row>
      <th scope="row" class="mono"><a href="${links.trigger(trigger)}">${wrapping(version)}</a></th>
      ${OUTCOMES.map(
        outcome => markup`
          <td class="n">${
            counts[outcome] === undefined
              ? markup`<span class="quiet">0</span>`
              : markup`
                <a href="${links.trigger(trigger, { outcome })}">${count(counts[outcome])}</a>
              `
          }</td>
        `,
      )}
      <td class="n">${count(total)}</td>
    </tr>\n
  `
}
