import type { Page } from './page.ts'

/** Every URL of the site on one screen: kept pages first, then what streams or is no page. */
export const PAGES: Readonly<Record<string, Page>> = {}
