import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface SearchViewProps {
  readonly layout: LayoutData
  readonly text: string
  readonly found: readonly string[]
  /** Sources of triggers with such a name. */
  readonly sources: readonly string[]
  /** Whether there may be more than are shown. */
  readonly isCut: boolean
}

export function SearchView({ layout, text, found, sources, isCut }: SearchViewProps) {
  return Layout({
    layout,
    title: text === '' ? 'Search' : `${text} – search`,
    search: text,
    children: markup`
      <h1>Packages</h1>
      ${
        found.length === 0
          ? Empty({
              children:
                text === ''
                  ? 'Type a part of the name of a source package in the field above.'
                  : markup`
                    No package that has been tested here has a name like “${text}”. Search for source packages, not
                    binary packages.
                  `,
            })
          : markup`
            <p class="quiet">
              ${isCut ? `The first ${found.length} names` : counted(found.length, 'name')} like “${text}”
            </p>
            <ul class="names">${found.map(
              name => markup`<li data-row><a href="${links.package({ package: name })}">${name}</a></li>`,
            )}</ul>
          `
      }
      ${
        sources.length > 0 &&
        markup`
          <section>
            <h2>What they triggered</h2>
            <ul class="names">${sources.map(
              name =>
                markup`
                  <li data-row><a href="${links.triggerSource({ source: name })}">${name}</a></li>
                `,
            )}</ul>
          </section>
        `
      }
    `,
  })
}
