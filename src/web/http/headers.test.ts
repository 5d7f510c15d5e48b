import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import { links } from '../links.ts'
import { routes } from '../routes.ts'
import { type CachePolicy, cached } from './headers.ts'

const RUN = aRun().of('hello')
/** What stands for the parts of a route. */
const PARTS: Readonly<Record<string, string>> = {
  context: 'ubuntu',
  release: RUN.release,
  arch: RUN.arch,
  package: 'hello',
  runId: RUN.runId,
  latest: 'latest',
  file: 'autopkgtest.db',
  rest: 'hello/',
  prefix: 'h',
  nick: 'joe',
  ppa: 'ppa',
  uuid: '0b0f9e2e-7d3a-4b7e-9f0c-2f1d9a3c5e77',
  container: 'autopkgtest-noble',
}

/** An address of a route, so that each is asked, whichever there will be. */
const addressOf = (label: string): string =>
  label.replace(/[:*](\w+)/g, (_, name: string) => PARTS[name] ?? name)

const ROUTES = Object.values(routes).map(route => route.label)

/** What an answer may say of how long it is kept. */
const KEPT_FOR = (
  ['revalidate', 'ask-again', 'minute', 'immutable', 'no-store', 'private'] satisfies CachePolicy[]
).map(policy => cached(policy)['cache-control'])

it('come with every answer of every route, and allow nothing inline', async () => {
  const site = await aSite([RUN])
  const addresses = [...ROUTES.map(addressOf), '/favicon.ico', '/robots.txt', '/no/such/page', links.run(RUN)]
  expect(addresses.length).toBeGreaterThan(40)
  for (const address of addresses) {
    for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
      const response = await site.app.request(address, { method })
      await response.body?.cancel()
      const policy = response.headers.get('content-security-policy') ?? ''
      expect(policy, `${method} ${address}`).toMatch(/default-src '(self|none)'/)
      expect(policy, `${method} ${address}`).not.toMatch(/unsafe|\*|data:/)
      expect(response.headers.get('x-content-type-options'), `${method} ${address}`).toBe('nosniff')
      expect(response.headers.get('access-control-allow-origin'), `${method} ${address}`).toBeNull()
      if (method !== 'OPTIONS' && response.status === 200)
        expect(KEPT_FOR, `${method} ${address}`).toContain(response.headers.get('cache-control'))
    }
  }
})

it('are named in one file, and so is for how long an answer may be kept', () => {
  const src = join(import.meta.dirname, '../..')
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    name => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('http/headers.ts'),
  )
  const ours =
    /['"](?:cache-control|content-security-policy|x-frame-options|x-content-type-options|referrer-policy|cross-origin-opener-policy)['"]/i
  const naming = files.filter(name => ours.test(readFileSync(join(src, name), 'utf8')))
  expect(naming).toEqual([])
})
