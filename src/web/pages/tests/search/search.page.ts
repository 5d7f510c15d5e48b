import { isPackageName } from '../../../../domain/test/test.ts'
import { parseTrigger } from '../../../../domain/trigger/trigger.ts'
import { packageIndex, searchPackages } from '../../../../queries/tests/package-search.ts'
import { html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { SearchView } from './search.view.ts'

const ON_THE_PAGE = 100
const AS_YOU_TYPE = 10

const typed = (query: URLSearchParams): string => (query.get('q') ?? '').trim().slice(0, 120).toWellFormed()

const find = async (web: Web, text: string, limit: number): Promise<string[]> =>
  searchPackages(await packageIndex(web.results), text, limit)

/** Sources that were triggers and have no tests of their own, or others like them. */
const TRIGGERS = 20

/**
 * Packages by name, and triggers; a complete name leads to the package itself, and a complete trigger to its outcomes.
 */
export const searchPage: Page<'search'> = {
  from: ['package-names', 'derived'],
  async render({ query }, web) {
    const text = typed(query)
    const found = await find(web, text, ON_THE_PAGE)
    const [first] = found
    if (first !== undefined && first === text.toLowerCase()) {
      return { status: 302, location: links.package({ package: first }) }
    }
    const trigger = parseTrigger(text)
    if (trigger !== undefined && isPackageName(trigger.source) && !/\s/.test(text))
      return { status: 302, location: links.trigger(trigger), cache: 'ask-again' }
    const sources = text === '' ? [] : await web.derived.triggers.sources(text, TRIGGERS)
    return html(
      SearchView({ layout: layoutOf(web), text, found, sources, isCut: found.length === ON_THE_PAGE }),
    )
  },
}

/** The same for search as you type. */
export const searchJson: Page<'searchJson'> = {
  from: ['package-names'],
  async render({ query }, web) {
    const text = typed(query)
    const found = await find(web, text, AS_YOU_TYPE)
    return json({
      query: text,
      packages: found.map(name => ({ package: name, url: links.package({ package: name }) })),
    })
  },
}
