import { withoutTrailingSlashes } from '../../domain/text/trailing-slashes.ts'
import { type Answerer, redirect } from '../handlers/page-handler.ts'
import { splitUrl } from './request-target.ts'

/** Old addresses that people and programs still use. */
export const REDIRECTS: Readonly<Record<string, Answerer>> = {
  // Apache's RedirectMatch of the old site
  '/packages/:rest{.+/}': moved(301, withoutTrailingSlashes),
  '/running.shtml': moved(301, () => '/running'),
  '/running/': moved(301, () => '/running'),
  '/user/:nick': moved(308, path => `${path}/`),
}

/** The query is kept. */
function moved(status: 301 | 308, to: (path: string) => string): Answerer {
  return c => {
    const { path, query } = splitUrl(c.req.url)
    return redirect({ status, location: to(path) + (query === '' ? '' : `?${query}`) })
  }
}
