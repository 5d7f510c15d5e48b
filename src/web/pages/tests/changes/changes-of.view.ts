import { links } from '../../../links.ts'
import type { GivenChanges } from '../../../parameters/changes.ts'
import { count } from '../../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { markup } from '../../../ui/markup/markup.ts'

interface ChangesOfProps {
  readonly layout: LayoutData
  readonly given: GivenChanges
  /** The number of packages that are accepted. */
  readonly most: number
}

/** Where the packages are pasted whose tests are to be compared. */
export function ChangesOfView({ layout, given, most }: ChangesOfProps) {
  const kept = Object.entries(given).filter(([name]) => name !== 'packages')
  return Layout({
    layout,
    title: 'Changes of selected packages',
    here: 'regressions',
    children: markup`
      <h1>Changes of selected packages</h1>
      <form class="pasted" method="post" action="${links.changesOf()}">
        ${kept.map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}"/>`)}
        <label>
          Source packages, at most ${count(most)}, separated by blanks or line breaks; # begins a comment
          <textarea name="packages" rows="15" required autocapitalize="none" spellcheck="false"></textarea>
        </label>
        <p>
          <button type="submit">Compare</button>${' '}
          <a href="${links.changes({ ...given, packages: undefined })}">All packages</a>
        </p>
      </form>
    `,
  })
}
