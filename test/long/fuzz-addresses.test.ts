import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { serveApp } from '../../src/web/server.ts'
import { encodedOnce, writtenOtherwise } from '../builders/hostile-addresses.ts'
import { aRecordingLog } from '../builders/logs.ts'
import { type RawAnswer, rawClient } from '../builders/raw-client.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { effort, fc } from '../fuzz.ts'
import { aSite } from '../web/site.ts'
import { aSubmitted } from '../web/submitted.ts'

const SECRET = 'hushed'
const CONTAINER = 'private-autopkgtest-noble-joe-ppa'
const PRIVATE = `/private-results/${CONTAINER}/noble/amd64/h/${SECRET}/20260902_101112_abcde@`
const RUN = aRun().by('joe').named('20260902_101112_abcde@')
const RUN_PAGE = `/packages/${RUN.package}/${RUN.release}/${RUN.arch}/${RUN.runId}`
const FOREIGN = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const BROWSER = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>(resolve => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise(resolve => probe.close(resolve))
  return port
}

/** A website that listens, with what only joe may see, and the cookies of joe and of a stranger to it. */
async function aListeningSite() {
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const { log, lines } = aRecordingLog()
  const settings = { baseUrl: origin, requestsPerHour: 1_000_000 }
  const site = await aSite([RUN], { log, settings })
  const { store, broker } = site.web
  await storeRun(store, RUN)
  await broker.declareQueues(['debci-noble-amd64'])
  await store.createContainer(CONTAINER, 'private')
  const folder = PRIVATE.split('/').slice(3).join('/')
  await store.put(CONTAINER, `${folder}/log.gz`, gzipSync(`${SECRET}\n`))
  await store.put(CONTAINER, `${folder}/plain.txt`, Buffer.from(`${SECRET}\n`))
  await store.put(CONTAINER, `${folder}/readable-by`, Buffer.from('joe\n'))
  const asked = { package: SECRET, readableBy: ['joe'] }
  const { uuid } = await aSubmitted(site, asked, { 'readable-by': ['joe'] })
  const { uuid: known } = await aSubmitted(site)
  const server = await serveApp(site.app, { host: '127.0.0.1', port, drainMs: 0 })
  onTestFinished(() => server.drain())
  const ask = rawClient(port)
  /** Logs in as browsers do. */
  const login = async (user: string, next = '/'): Promise<RawAnswer> =>
    ask('/login', {
      method: 'POST',
      headers: {
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body: String(new URLSearchParams({ next, user })),
    })
  const joe = cookiesOf(await login('joe'))
  const stranger = cookiesOf(await login('jane'))
  return { site, origin, ask, login, joe, stranger, uuid, known, lines }
}

type Listening = Awaited<ReturnType<typeof aListeningSite>>

function cookiesOf({ headers }: RawAnswer, before = ''): string {
  const set = (headers['set-cookie'] ?? []) as string[]
  return [before, ...set.map(cookie => cookie.split(';')[0])].filter(Boolean).join('; ')
}

/** What holds of every answer, whatever was asked. */
function expectSound({ lines, origin }: Listening, target: string, { status, headers }: RawAnswer): void {
  expect(status < 500, `${status} for ${JSON.stringify(target)}`).toBe(true)
  expect(lines.filter(line => line.includes('"level":"error"'))).toEqual([])
  const { location } = headers
  if (location === undefined) return
  expect(new URL(String(location), origin).origin, `${target} leads to ${location}`).toBe(origin)
}

const pathsOf = ({ uuid, known }: Listening): string[] => [
  ...['/', '/packages', '/packages/hello', RUN_PAGE, `${RUN_PAGE}/log`, `${RUN_PAGE}/artifacts`, '/search'],
  ...[
    '/recent',
    '/running',
    '/queues.json',
    '/queues/ubuntu/noble/amd64',
    '/static/running.json',
    '/user/joe/',
  ],
  ...[
    '/user/joe/ppa',
    '/user/joe/requests',
    '/statistics',
    '/request',
    '/retries',
    '/request.cgi',
    '/request.cgi/',
  ],
  ...['/login', '/logout', '/private-results/login', PRIVATE, `${PRIVATE}/log.gz`, `${PRIVATE}/log`],
  ...[
    `/requests/${uuid}`,
    `/requests/${known}`,
    `/requests/${uuid}/withdraw`,
    `/run/${uuid}`,
    `/run/${uuid}/log`,
  ],
  ...['/results/autopkgtest-noble/', `/results/${CONTAINER}/`, '/healthz', '/static/autopkgtest.db', '/none'],
]

it('every address is answered, however it is written', async () => {
  const listening = await aListeningSite()
  const method = fc.constantFrom('GET', 'GET', 'HEAD', 'POST', 'OPTIONS')
  const address = fc.constantFrom(...pathsOf(listening)).chain(writtenOtherwise)
  await fc.assert(
    fc.asyncProperty(address, method, fc.boolean(), async (target, how, isJoe) => {
      const headers = { ...FOREIGN, ...(isJoe && { cookie: listening.joe }) }
      expectSound(listening, target, await listening.ask(target, { method: how, headers }))
    }),
    effort(400),
  )
})

it('an address that says the same has the same answer, however it is encoded', async () => {
  const listening = await aListeningSite()
  const address = fc
    .constantFrom(...pathsOf(listening))
    .chain(path => fc.tuple(fc.constant(path), encodedOnce(path), fc.constantFrom('', '#', '#/recent?x')))
  await fc.assert(
    fc.asyncProperty(address, fc.boolean(), async ([path, encoded, fragment], isJoe) => {
      const headers = { ...FOREIGN, ...(isJoe && { cookie: listening.joe }) }
      const [plain, other] = [
        await listening.ask(path, { headers }),
        await listening.ask(encoded + fragment, { headers }),
      ]
      expectSound(listening, encoded, other)
      expect([encoded, other.status]).toEqual([encoded, plain.status])
    }),
    effort(200),
  )
})

it('nobody who is sent through a login submits anything unasked, however the address is written', async () => {
  const listening = await aListeningSite()
  const { ask, login, origin, joe, site } = listening
  let asked = 0
  let count = 0
  const before = (await site.web.state.requests.byRequester('joe', { limit: 10 })).length
  const next = fc
    .tuple(
      fc.constantFrom('', origin),
      fc.oneof(
        ...['/request.cgi', '/request.cgi/'].flatMap(path => [writtenOtherwise(path), encodedOnce(path)]),
      ),
      fc.constantFrom('?', '?/', '?&', '?%72elease=noble&'),
      fc.constantFrom('', '#', '#x', '#/../recent', '&x=1', '&'),
    )
    .map(([site, path, mark, after]) => {
      const query = `release=noble&arch=amd64&package=hello&trigger=hello/${++count}`
      return `${site}${path}${mark}${query}${after}`
    })
  await fc.assert(
    fc.asyncProperty(next, fc.boolean(), async (target, isLoggedIn) => {
      let answer = isLoggedIn
        ? await ask(`/login?${new URLSearchParams({ next: target })}`, {
            headers: { ...FOREIGN, cookie: joe },
          })
        : await login('joe', target)
      let cookie = cookiesOf(answer, isLoggedIn ? joe : '')
      for (let hops = 0; hops < 5 && answer.headers.location !== undefined; hops++) {
        expectSound(listening, target, answer)
        const { pathname, search } = new URL(String(answer.headers.location), origin)
        const headers = { ...BROWSER, 'sec-fetch-site': 'same-origin', cookie }
        answer = await ask(pathname + search, { headers })
        cookie = cookiesOf(answer, cookie)
      }
      expectSound(listening, target, answer)
      if (answer.text.includes('Submit this request?')) asked++
      expect(answer.text, target).not.toContain('Test request submitted')
    }),
    effort(200),
  )
  expect(asked, 'some must get so far').toBeGreaterThan(0)
  expect(await site.web.state.requests.byRequester('joe', { limit: 10 })).toHaveLength(before)
})

it('no link of another site ends a session, however it is written', async () => {
  const listening = await aListeningSite()
  const { ask, joe } = listening
  const address = fc.oneof(writtenOtherwise('/logout'), encodedOnce('/logout'))
  const method = fc.constantFrom('GET', 'POST', 'HEAD')
  let asked = 0
  await fc.assert(
    fc.asyncProperty(
      address,
      method,
      fc.constantFrom('', '?next=/logout', '?x'),
      async (target, how, query) => {
        const answer = await ask(target + query, { method: how, headers: { ...FOREIGN, cookie: joe } })
        expectSound(listening, target, answer)
        if (answer.text.includes('/logout')) asked++
      },
    ),
    effort(200),
  )
  expect(asked, 'some must get so far').toBeGreaterThan(0)
  const request = '/request.cgi?release=noble&arch=amd64&package=hello&trigger=hello/1'
  const { text } = await ask(request, { headers: { ...FOREIGN, cookie: joe } })
  expect(text, 'the session is there still').toContain('Submit this request?')
})

it('what only some may see nobody else sees, however its address is written', async () => {
  const listening = await aListeningSite()
  const { ask, joe, stranger, uuid } = listening
  const folder = PRIVATE.slice('/private-results/'.length)
  const plain = await ask(`${PRIVATE}/plain.txt`, { headers: { cookie: joe } })
  expect(plain.text).toContain(SECRET)
  expect((await ask(`/requests/${uuid}`, { headers: { cookie: joe } })).text).toContain(`${SECRET} `)
  const files = ['plain.txt', 'log', 'readable-by']
  const hidden = [
    ...files.map(file => `${PRIVATE}/${file}`),
    ...files.map(file => `/results/${folder}/${file}`),
    `/results/${CONTAINER}/`,
    ...[
      `/logs/${CONTAINER}/noble/amd64/${SECRET}/20260902_101112_abcde@`,
      '/user/joe/ppa/ppa',
      '/user/joe/requests',
    ],
    ...[`/requests/${uuid}`, `/requests/${uuid}/withdraw`, `/run/${uuid}`, `/run/${uuid}/log`],
  ]
  const address = fc
    .constantFrom(...hidden)
    .chain(path => fc.oneof(writtenOtherwise(path), encodedOnce(path)))
  await fc.assert(
    fc.asyncProperty(address, fc.boolean(), async (target, isStranger) => {
      const headers = { accept: 'text/html', ...(isStranger && { cookie: stranger }) }
      const answer = await ask(target, { headers })
      expectSound(listening, target, answer)
      // What was asked for is said again, and is no secret to whoever asked
      const words = answer.text
        .split(/[\s<>"']+/)
        .filter(word => word.includes(SECRET) && !word.includes('/'))
      expect([target, words]).toEqual([target, []])
    }),
    effort(300),
  )
})
