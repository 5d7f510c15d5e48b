import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { runLogPath } from '../domain/run/public-path.ts'
import type { Address } from './address.ts'
import { readTarget, routedPath } from './http/request-target.ts'
import { links } from './links.ts'
import { routes } from './routes.ts'

const ENTRIES = Object.entries(routes as Readonly<Record<string, Address>>)
const RUN = { package: 'g++-14', release: 'noble', arch: 'amd64', runId: '20260902_101112_abcde@' }

/** Answers with the name of the route that an address leads to. */
const router = new Hono({ getPath: request => routedPath(request.url) })
for (const [name, { pattern }] of ENTRIES) router.get(pattern, c => c.text(name))

/** What some parameters have to look like; all others are any text. */
const given = (text: string): Readonly<Record<string, string>> => ({
  runId: RUN.runId,
  latest: 'latest-pass',
  feed: 'feed.json',
  file: 'autopkgtest.db',
  path: `${text}/${text}`,
})

const TEXTS = ['hello', 'a b', 'ü', '%', 'a%40', '?#&', 'x@y']

// Nobody links to what has a slash too many
it.each(ENTRIES.filter(([name]) => name !== 'slashed'))(
  'the links to %s lead there, and say what they were made with',
  async (name, route) => {
    for (const text of TEXTS) {
      const names = [...route.label.matchAll(/[:*](\w+)/g)].map(([, param = '']) => param)
      const params = Object.fromEntries(names.map(param => [param, given(text)[param] ?? text]))
      const href = route.href(params)
      expect(await (await router.request(href)).text(), href).toBe(name)
      expect(route.read(readTarget(`http://h${href}`)?.path ?? []), href).toEqual(params)
    }
  },
)

describe('a link', () => {
  it('keeps a slash where the rest of a path is meant, and encodes it elsewhere', () => {
    expect(links.artifact({ ...RUN, file: 'a b/c' })).toBe(`${links.run(RUN)}/artifacts/a%20b/c`)
    expect(links.package({ package: 'a/b' })).toBe('/packages/a%2Fb')
  })

  it('says no more than it is given, in that order', () => {
    expect(links.recent()).toBe('/recent')
    expect(links.recent({ release: 'noble', arch: '', offset: undefined, limit: 3 })).toBe(
      '/recent?release=noble&limit=3',
    )
    expect(links.retries({ run: ['a', 'b&c'] })).toBe('/retries?run=a&run=b%26c')
  })

  it('to a run’s file keeps the @ that clients look for', () => {
    expect(links.rawFile(RUN, 'log.gz')).toBe(
      '/results/autopkgtest-noble/noble/amd64/g/g++-14/20260902_101112_abcde@/log.gz',
    )
  })

  it('to a log is the one that GitHub is told', () => {
    expect(links.containerLog({ ...RUN, container: 'autopkgtest-noble-a-b' })).toBe(
      runLogPath('autopkgtest-noble-a-b', RUN),
    )
  })
})

it.each([
  ['/packages/hello/noble/amd64/20260902_101112_abcde%40', 'run'],
  ['/packages/hello/noble/amd64/20260902_101112_abcde%40.json', 'runJson'],
  ['/packages/hello/noble/amd64/20260902_101112_abcde%40/log', 'log'],
  ['/packages/0123/hello/noble/amd64', 'hashedTest'],
  ['/packages/hello/noble/amd64/latest', 'latest'],
  ['/packages/hello/noble/amd64/latest/log', 'latestLog'],
  ['/packages/hello/noble/amd64/latest-other', 'hashedTest'],
  ['/packages/hello/noble/amd64/20260902_101112_abcde@/artifacts/', 'slashed'],
  ['/packages/hello/feed.atom', 'packageFeed'],
  ['/packages/hello/feed.html', 'hashedPackage'],
  ['/triggers/glibc/feed.json', 'triggerFeed'],
  ['/user/joe/feed.atom', 'userFeed'],
  ['/packages/hello/', 'slashed'],
  ['/user/joe', 'slashlessUser'],
  ['/static/autopkgtest.db.sha256', 'published'],
])('%s leads to %s', async (path, name) => {
  expect(await (await router.request(path)).text()).toBe(name)
})
