import { namesFrom, packageLetters } from '../../../../queries/tests/package-letters.ts'
import { packageIndex } from '../../../../queries/tests/package-search.ts'
import { html, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { PackageListView } from './package-list.view.ts'

/** Names on a page: a few screens of columns. */
const ON_THE_PAGE = 300
/** No letter and no package has a longer name. */
const LONGEST = 120

/** `/packages`: all that has been tested, by letter. */
export const packageListPage: Page<'packages'> = {
  from: ['package-names'],
  async render({ query }, web) {
    const letters = packageLetters(await packageIndex(web.results))
    const text = (name: string) => (query.get(name) ?? '').trim().slice(0, LONGEST)
    const asked = text('letter').toLowerCase()
    const letter = asked === '' ? letters[0] : letters.find(one => one.letter === asked)
    return html(
      PackageListView({
        layout: layoutOf(web),
        letters: letters.map(one => ({ letter: one.letter, names: one.names.length })),
        letter: letter?.letter ?? asked,
        page: namesFrom(letter ?? { letter: asked, names: [] }, text('from'), ON_THE_PAGE),
      }),
    )
  },
}
