import { table } from '../lib/table.ts'
import type { Measured } from './measured.ts'

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

/**
 * The load that each page of a website can take; `first` and the following columns are for addresses requested once,
 * `half` is at half the rate.
 */
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

/** More than this multiple of the cost on the smallest database is too much, for the same amount of content. */
const FLAT = 1.3

/**
 * The cost of a page on each database, in the website's processor time, relative to its cost on the first one; and
 * the same per byte, where addresses requested once show more on a larger database.
 */
export function flatTable(sites: readonly SiteMeasured[]): string {
  const [smallest, ...others] = sites
  if (smallest === undefined || others.length === 0) return ''
  const rows = smallest.pages.map(page => {
    const base = costOf(page)
    const costs = others.map(site => costOf(site.pages.find(one => one.page === page.page)))
    const times = costs.map(one => one.cpu / base.cpu)
    const perByte = costs.map(one => one.cpu / one.bytes / (base.cpu / base.bytes))
    // A page that shows less must not cost more either
    const isFlat = times.every((all, place) => Math.min(all, perByte[place] ?? all) <= FLAT)
    return [page.page, base.cpu, base.bytes / 1000, ...times, ...perByte, isFlat ? '' : `> ${FLAT}`]
  })
  const names = others.map(({ site }) => site)
  const head = [
    'page',
    `${smallest.site}, CPU ms`,
    'KB sent',
    ...names.map(name => `${name}, times`),
    ...names.map(name => `${name}, times per byte`),
    'missed',
  ]
  return `### Cost of a page asked for the first time\n\n${table(head, rows)}`
}

function costOf(page: Measured | undefined): { cpu: number; bytes: number } {
  if (page === undefined) return { cpu: Number.NaN, bytes: Number.NaN }
  return page.first ?? { cpu: page.kept.cpu, bytes: page.sent }
}
