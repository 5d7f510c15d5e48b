import type { Archive } from './archive.ts'

/** No archive, if none is configured: every index is missing, and existing rows stay. */
export const noArchive: Archive = {
  sources: async () => ({ state: 'missing' }),
  sourcesUrl: (pocket, component) => `none:${pocket}/${component}`,
  close: async () => {},
}
