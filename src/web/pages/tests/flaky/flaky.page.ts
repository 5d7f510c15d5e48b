import { STEADINESS_ORDERS, type SteadinessFilter } from '../../../../backends/derived/steadiness.ts'
import { BadInput } from '../../../../domain/errors.ts'
import { html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { readPaging } from '../../../parameters/paging.ts'
import type { Web } from '../../../web.ts'
import { FlakyView } from './flaky.view.ts'

/** A page of the list is no longer than this. */
const MOST = 1000

/** `/flaky`: tests by proven flakes, and by what their retries cost. */
export const flakyPage: Page<'flaky'> = {
  from: ['derived'],
  async render({ query }, web) {
    if (query.get('format') === 'json') return flakyAnswer(web, query)
    const { filter, found, more, paging, waiting } = await readList(web, query)
    const { releases, arches } = web.settings
    return html(FlakyView({ layout: layoutOf(web), filter, found, more, paging, waiting, releases, arches }))
  },
}

/** The same for programs. */
export const flakyJson: Page<'flakyJson'> = {
  from: ['derived'],
  render: ({ query }, web) => flakyAnswer(web, query),
}

async function readList(web: Web, query: URLSearchParams) {
  const order = STEADINESS_ORDERS.find(one => one === (query.get('order') || 'newest'))
  if (order === undefined) throw new BadInput(`“order” must be one of ${STEADINESS_ORDERS.join(', ')}.`)
  const filter: SteadinessFilter = {
    release: query.get('release') || undefined,
    arch: query.get('arch') || undefined,
    order,
  }
  const { limit, offset } = readPaging(query)
  const paging = { limit: Math.min(limit, MOST), offset }
  const [found, waiting] = await Promise.all([
    web.derived.steadiness.list(filter, { limit: paging.limit + 1, offset }),
    web.derived.steadiness.waiting(),
  ])
  const more = found.length > paging.limit
  return { filter, found: found.slice(0, paging.limit), more, paging, waiting }
}

async function flakyAnswer(web: Web, query: URLSearchParams) {
  const { found, more, waiting } = await readList(web, query)
  const base = web.settings.baseUrl
  const tests = found.map(one => {
    const { package: name, release, arch, runs, flakes, lastFlake, retries, rescued } = one
    return {
      ...{ package: name, release, arch, runs, flakes },
      last_flake: lastFlake === undefined ? null : lastFlake,
      ...{ retries, retries_passed: rescued, retry_seconds: one.retrySeconds, transitions: one.transitions },
      link: base + links.test({ package: name, release, arch }),
    }
  })
  return json({ tests, more, waiting })
}
