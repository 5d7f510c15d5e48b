import type { NamesPage } from '../../../../queries/tests/package-letters.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'

export interface PackageListViewProps {
  readonly layout: LayoutData
  /** Those that begin a name, and how many they begin. */
  readonly letters: readonly { readonly letter: string; readonly names: number }[]
  /** The one whose names are shown; as it was asked for where it begins none. */
  readonly letter: string
  readonly page: NamesPage
}

export function PackageListView({ layout, letters, letter, page }: PackageListViewProps) {
  return Layout({
    layout,
    title: letter === '' ? 'Packages' : `${letter} – packages`,
    here: 'packages',
    children: markup`
      <h1>Packages</h1>
      ${Search()}
      ${
        letters.length > 0 &&
        markup`
          <nav class="letters" aria-label="By letter">${letters.map(
            one => markup`
              <a
                href="${links.packages({ letter: one.letter })}"
                ${attribute('aria-current', one.letter === letter ? 'page' : undefined)}
                title="${counted(one.names, 'package')}"
              >
                ${one.letter}
              </a>
            `,
          )}</nav>
        `
      }
      ${Names({ letters, letter, page })}
    `,
  })
}

function Search() {
  return markup`
    <form action="${links.search()}" method="get" class="find">
      <label for="find">A part of a source package’s name</label>${' '}
      <input id="find" name="q" type="search" autocapitalize="none" spellcheck="false" maxlength="120"/>${' '}
      <button type="submit">Search</button>
    </form>
  `
}

function Names({ letters, letter, page }: Omit<PackageListViewProps, 'layout'>) {
  if (letters.length === 0) return Empty({ children: 'No package has been tested here yet.' })
  const all = letters.find(one => one.letter === letter)?.names
  if (all === undefined)
    return Empty({
      children: markup`No package that has been tested here begins with “${letter}”.`,
    })
  if (page.names.length === 0)
    return Empty({
      children: markup`There are no more names under ${letter}.`,
    })
  return markup`
    <p class="quiet">
      ${
        page.names.length === all
          ? counted(all, 'package')
          : `${count(page.before + 1)} to ${count(page.before + page.names.length)} of ${counted(all, 'package')}`
      }
    </p>
    <ul class="names">${page.names.map(
      name => markup`<li data-row><a href="${links.package({ package: name })}">${name}</a></li>`,
    )}</ul>
    <nav class="pages" aria-label="Pages">
      ${
        page.previous !== undefined &&
        markup`<a href="${links.packages({ letter, from: page.previous })}" rel="prev">Before</a>`
      }
      ${
        page.next !== undefined &&
        markup`
          <a href="${links.packages({ letter, from: page.next })}" rel="next">Continue from ${page.next}</a>
        `
      }
    </nav>
  `
}
