import { redirect } from '../handlers/page-handler.ts'
import type { Answerer } from './answerer.ts'
import { splitUrl } from './request-target.ts'

/** Leads from an old address that people and programs still use to where its page is now; the query is kept. */
export function moved(status: 301 | 308, to: (path: string) => string): Answerer {
  return c => {
    const { path, query } = splitUrl(c.req.url)
    return redirect({ status, location: to(path) + (query === '' ? '' : `?${query}`) })
  }
}
