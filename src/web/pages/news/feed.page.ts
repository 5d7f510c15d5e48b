import type { NewsFilter } from '../../../backends/derived/news.ts'
import { NotFound } from '../../../domain/errors.ts'
import { latestNews, newsSince } from '../../../queries/runs/news.ts'
import { knownTeams } from '../../../queries/tests/team.ts'
import { type Answer, json, type Page } from '../../handlers/page.ts'
import type { RouteRequest } from '../../handlers/read-route-request.ts'
import { links } from '../../links.ts'
import { readSince } from '../../parameters/since.ts'
import type { Web } from '../../web.ts'
import { atomFeed } from './atom.ts'
import { newsJson } from './news-json.ts'

/** What a feed is about. */
interface About {
  readonly title: string
  readonly filter: NewsFilter
  /** The page, and the feed itself as Atom. */
  readonly page: string
  readonly self: string
}

type Feed = 'feed.atom' | 'feed.json'

/** A feed of what `about` makes of the address: as Atom the last hundred, as JSON also those since a moment. */
const feed = <Params extends { readonly feed: Feed }>(
  about: (params: Params, query: URLSearchParams, web: Web) => About | Promise<About>,
) => ({
  from: ['results', 'derived'] as const,
  async render({ params, query }: RouteRequest<Params>, web: Web): Promise<Answer> {
    const what = await about(params, query, web)
    return params.feed === 'feed.json' ? jsonOf(web, what.filter, query) : atomOf(web, what)
  },
})

export const packageFeed: Page<'packageFeed'> = feed(({ package: name }) => ({
  title: `Changed results of ${name}`,
  filter: { packages: [name] },
  page: links.package({ package: name }),
  self: links.packageFeed({ package: name, feed: 'feed.atom' }),
}))

export const testFeed: Page<'testFeed'> = feed(({ package: name, release, arch }) => ({
  title: `${name} on ${release} ${arch}`,
  filter: { packages: [name], release, arch },
  page: links.test({ package: name, release, arch }),
  self: links.testFeed({ package: name, release, arch, feed: 'feed.atom' }),
}))

export const triggerFeed: Page<'triggerFeed'> = feed(({ source }) => ({
  title: `Results changed by ${source}`,
  filter: { source },
  page: links.triggerSource({ source }),
  self: links.triggerFeed({ source, feed: 'feed.atom' }),
}))

export const userFeed: Page<'userFeed'> = feed(({ nick }) => ({
  title: `Changed results of tests requested by ${nick}`,
  filter: { requester: nick },
  page: links.user({ nick }),
  self: links.userFeed({ nick, feed: 'feed.atom' }),
}))

/** Of the packages that are the team's now. */
export const teamFeed: Page<'teamFeed'> = {
  ...feed(async ({ team }, _query, web) => ({
    title: `Changed results of team ${team}`,
    filter: { packages: await packagesOf(web, team) },
    page: links.team({ team }),
    self: links.teamFeed({ team, feed: 'feed.atom' }),
  })),
  from: ['results', 'derived', 'minute'],
}

async function packagesOf(web: Web, team: string): Promise<readonly string[]> {
  const found = (await knownTeams(web)).teams?.get(team)
  if (found === undefined) throw new NotFound(`This site has no team “${team.slice(0, 100)}”.`)
  return found
}

export const recentFeed: Page<'recentFeed'> = feed((_, query) => {
  const place = { release: query.get('release') || undefined, arch: query.get('arch') || undefined }
  const where = [place.release, place.arch].filter(Boolean).join(' ')
  return {
    title: where === '' ? 'Changed results' : `Changed results on ${where}`,
    filter: place,
    page: links.recent(place),
    self: links.recentFeed({ feed: 'feed.atom' }, place),
  }
})

/** By date alone, what came within the same second as the last one would not be seen. */
const SETTLED_MS = 2000

async function atomOf(web: Web, { filter, ...about }: About): Promise<Answer> {
  const { items } = await latestNews(web, filter)
  const learned = Math.max(0, ...items.map(item => item.learned))
  const isSettled = learned > 0 && learned < Date.now() - SETTLED_MS
  return {
    status: 200,
    contentType: 'application/atom+xml; charset=utf-8',
    body: atomFeed({ ...about, items }, web.settings.baseUrl),
    cache: 'revalidate',
    ...(isSettled && { headers: { 'last-modified': new Date(learned).toUTCString() } }),
  }
}

async function jsonOf(web: Web, filter: NewsFilter, query: URLSearchParams): Promise<Answer> {
  const { since, limit } = readSince(query)
  const { items, next } =
    since === undefined ? await latestNews(web, filter) : await newsSince(web, filter, since, limit)
  const base = web.settings.baseUrl
  return json({ items: items.map(item => newsJson(item, base)), next: next ?? since ?? 0 })
}
