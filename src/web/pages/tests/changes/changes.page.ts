import type { ChangedTest, ResultAt } from '../../../../backends/derived/moments.ts'
import { type Changes, changesBetween } from '../../../../queries/tests/changes.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { type ChangesAsked, readChanges, readShown } from '../../../parameters/changes.ts'
import { readLimit, readPaging } from '../../../parameters/paging.ts'
import type { Web } from '../../../web.ts'
import { ChangesView } from './changes.view.ts'

/** Rows of a page. */
const MOST_SHOWN = 500
/** Tests of one answer for programs; the next one has others. */
const MOST_TOLD = 25_000

/** What changes besides what is derived: teams and lists, and the day a week ago. */
const FROM = ['derived', 'minute'] as const

/** `/changes`: which tests fail that did not, and the other way round, between two moments. */
export const changesPage: Page<'changes'> = {
  from: FROM,
  async render({ query }, web) {
    const format = query.get('format')
    if (format === 'json') return asJson(query, web)
    if (format === 'csv') return asCsv(query, web)
    return html(await changesView(web, query, undefined))
  },
}

export const changesJsonPage: Page<'changesJson'> = {
  from: FROM,
  render: ({ query }, web) => asJson(query, web),
}

export const changesCsvPage: Page<'changesCsv'> = {
  from: FROM,
  render: ({ query }, web) => asCsv(query, web),
}

/**
 * The page as it answers a query.
 * @param posted the fields of a form whose packages are too many for an address
 */
export async function changesView(web: Web, query: URLSearchParams, posted: URLSearchParams | undefined) {
  const asked = readChanges(posted ?? query, web.settings.releases, new Date())
  const show = query.get('show') ?? 'newly failing'
  const paging = readPaging(query)
  const page = { change: readShown(show), limit: Math.min(paging.limit, MOST_SHOWN), offset: paging.offset }
  const found = await changesBetween(web, { ...asAsked(asked), page })
  const teams = [...((await web.documents.teams?.current())?.value?.keys() ?? [])]
  return ChangesView({
    layout: layoutOf(web),
    ...{ found, asked, page, teams },
    isPosted: posted !== undefined,
    lists: [...web.documents.packageLists.keys()],
    releases: web.settings.releases,
  })
}

const asAsked = ({ from, to, arches, choice }: ChangesAsked) => ({
  ...{ from: from.moment, to: to.moment },
  ...{ arches, choice },
})

interface ToldChanges {
  readonly asked: ChangesAsked
  readonly found: Changes
  /** The address of what comes after. */
  readonly next: string | undefined
}

async function told(web: Web, query: URLSearchParams, way: typeof links.changesJson): Promise<ToldChanges> {
  const asked = readChanges(query, web.settings.releases, new Date())
  const change = readShown(query.get('show'))
  const limit = readLimit(query, MOST_TOLD)
  const { offset } = readPaging(query)
  const all = await changesBetween(web, { ...asAsked(asked), page: { change, limit: limit + 1, offset } })
  const found = { ...all, tests: all.tests.slice(0, limit) }
  const more = all.tests.length > limit
  const next = more ? way({ ...asked.given, show: change, limit, offset: offset + limit }) : undefined
  return { asked, found, next }
}

async function asJson(query: URLSearchParams, web: Web): Promise<Answer> {
  const { asked, found, next } = await told(web, query, links.changesJson)
  const side = ({ words, moment }: ChangesAsked['from']) => ({ release: moment.release, at: words })
  return json({
    complete: found.isComplete,
    ...{ from: side(asked.from), to: side(asked.to) },
    counts: found.counts,
    tests: found.tests.map(one => ({
      ...{ change: one.change, package: one.package, arch: one.arch },
      ...{ from: resultJson(one, one.was), to: resultJson(one, one.now) },
    })),
    ...(next === undefined ? {} : { next }),
  })
}

function resultJson({ package: name, arch }: ChangedTest, result: ResultAt | undefined) {
  if (result === undefined) return null
  const { release, runId, verdict } = result
  const url = links.run({ package: name, arch, release, runId })
  return { release, run_id: runId, result: verdict, url }
}

const COLUMNS = ['change', 'package', 'arch', 'from_release', 'from_run_id', 'from_result'] as const

async function asCsv(query: URLSearchParams, web: Web): Promise<Answer> {
  const { found, next } = await told(web, query, links.changesCsv)
  const side = (result: ResultAt | undefined) => [result?.release, result?.runId, result?.verdict]
  const rows = found.tests.map(one => [
    ...[one.change, one.package, one.arch],
    ...side(one.was),
    ...side(one.now),
  ])
  const head = [...COLUMNS, 'to_release', 'to_run_id', 'to_result']
  return {
    status: 200,
    contentType: 'text/csv; charset=utf-8',
    body: [head, ...rows].map(row => `${row.map(cell).join(',')}\r\n`).join(''),
    cache: 'revalidate',
    ...(next === undefined ? {} : { headers: { link: `<${next}>; rel="next"` } }),
  }
}

/** RFC 4180. */
const cell = (text: string | undefined): string =>
  text !== undefined && /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : (text ?? '')
