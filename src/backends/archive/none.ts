import type { Archive } from './archive.ts'

/** No archive, where there is none to ask: every index is missing, and the rows that are there stay. */
export const noArchive: Archive = {
  sources: async () => ({ state: 'missing' }),
  sourcesUrl: (pocket, component) => `none:${pocket}/${component}`,
  close: async () => {},
}
