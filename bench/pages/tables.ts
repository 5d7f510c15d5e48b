import { table } from '../lib/table.ts'
import type { Measured } from './measure.ts'

/** All pages of one website. */
export interface SiteMeasured {
  /** `sqlite-2000000` */
  readonly site: string
  readonly pages: readonly Measured[]
}

const HEAD = [
  'page',
  'KB',
  'KB sent',
  'req/s',
  'floor/s',
  'p50 ms',
  'p99 ms',
  'CPU ms',
  'first/s',
  'p99 ms ',
  'CPU ms ',
  'half/s',
  'p99 ms  ',
  'RSS MB',
  'missed',
]

/** What each page of a website bears; `first` and what follows is of addresses asked once, `half` at half the rate. */
export function pagesTable({ site, pages }: SiteMeasured): string {
  const rows = pages.map(({ page, bytes, sent, kept, floor, first, half, rssMb, missed }) => [
    page,
    bytes / 1000,
    sent / 1000,
    kept.perSecond,
    floor.perSecond,
    kept.p50,
    kept.p99,
    kept.cpu,
    first?.perSecond,
    first?.p99,
    first?.cpu,
    half.perSecond,
    half.p99,
    rssMb,
    missed.join(', '),
  ])
  return `### ${site}\n\n${table(HEAD, rows)}`
}

/** More than so many times the cost on the smallest database is too much. */
const FLAT = 1.3

/** What a page costs on each database, in processor time of the website, beside its cost on the first one. */
export function flatTable(sites: readonly SiteMeasured[]): string {
  const [smallest, ...others] = sites
  if (smallest === undefined || others.length === 0) return ''
  const cost = (page: Measured | undefined) => page?.first?.cpu ?? page?.kept.cpu
  const rows = smallest.pages.map(page => {
    const base = cost(page) ?? Number.NaN
    const costs = others.map(site => cost(site.pages.find(one => one.page === page.page)))
    const ratios = costs.map(one => (one === undefined ? undefined : one / base))
    return [
      page.page,
      base,
      ...ratios,
      ratios.some(ratio => ratio !== undefined && ratio > FLAT) ? `> ${FLAT}` : '',
    ]
  })
  const head = ['page', `${smallest.site}, CPU ms`, ...others.map(site => `${site.site}, times`), 'missed']
  return `### Cost of a page asked for the first time\n\n${table(head, rows)}`
}
