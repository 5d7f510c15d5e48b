import type { Page } from './page.ts'
import { homePage } from './pages/home/home.page.ts'
import { packagesPage } from './pages/packages/packages.page.ts'
import { searchJson, searchPage } from './pages/search/search.page.ts'
import type { Stream } from './stream.ts'

/**
 * Every URL of the site on one screen. First the pages and JSON that are kept while nothing changed; `:name` is
 * one segment, `*` the rest.
 */
export const PAGES: Readonly<Record<string, Page>> = {
  '/': homePage,
  '/packages/*': packagesPage,
  '/search': searchPage,
  '/search.json': searchJson,
}

/** What streams, or is no page: logs, files, events, health. */
export const STREAMS: Readonly<Record<string, Stream>> = {}
