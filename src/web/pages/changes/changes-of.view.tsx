import { links } from '../../links.ts'
import type { GivenChanges } from '../../parameters/changes.ts'
import { count } from '../../ui/facts/numbers.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'

interface ChangesOfProps {
  readonly layout: LayoutData
  readonly given: GivenChanges
  /** So many packages are taken. */
  readonly most: number
}

/** Where the packages are pasted whose tests are to be compared. */
export function ChangesOfView({ layout, given, most }: ChangesOfProps) {
  return (
    <Layout layout={layout} title="Changes of some packages" here="regressions">
      <h1>Changes of some packages</h1>
      <form class="pasted" method="post" action={links.changesOf()}>
        {Object.entries(given).map(([name, value]) =>
          name === 'packages' ? null : <input type="hidden" name={name} value={value} />,
        )}
        <label>
          Source packages, at most {count(most)}, separated by blanks or line breaks; # begins a comment
          <textarea name="packages" rows={15} required autocapitalize="none" spellcheck={false} />
        </label>
        <p>
          <button type="submit">Compare</button> <a href={links.changes(given)}>All packages</a>
        </p>
      </form>
    </Layout>
  )
}
