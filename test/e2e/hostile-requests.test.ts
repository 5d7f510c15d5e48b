import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseTestRequest } from '../../src/contracts/messages/test-request.ts'
import { aDelivery, aPullRequest } from '../builders/github-deliveries.ts'
import { blanked, blanks } from '../builders/hostile-blanks.ts'
import { aRecordingLog } from '../builders/logs.ts'
import { effort, fc } from '../fuzz.ts'
import { signedInAs } from '../web/sign-in.ts'
import { aSite, type Site } from '../web/site.ts'

const RELEASES = ['jammy', 'noble', 'resolute']
const ARCHES = ['amd64', 'arm64', 'armhf', 's390x']
const QUEUES = ['', 'ppa-', 'upstream-'].flatMap(context =>
  RELEASES.flatMap(release => ARCHES.map(arch => `debci-${context}${release}-${arch}`)),
)
/** What must never be seen in an answer as it was sent. */
const MARKUP = '<script>alert(1)</script>'
const EVIL = [
  MARKUP,
  `"'><img src=x onerror=alert(1)>`,
  'hello\r\nSet-Cookie: session=evil',
  '\0',
  '../../etc/passwd',
  '\u202egnp.exe',
  '{{7*7}}',
  "'; DROP TABLE request; --",
  '%00%2f',
  'a'.repeat(3000),
  '\ud800',
  '__proto__',
  'constructor',
]

const hostile = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...EVIL) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: blanks },
)
const mostly = (...good: string[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...good) },
    { weight: 1, arbitrary: hostile },
    { weight: 1, arbitrary: blanked(fc.constantFrom(...good)) },
  )
const parameter = fc.oneof(
  fc.tuple(fc.constant('release'), mostly(...RELEASES)),
  fc.tuple(fc.constant('arch'), mostly(...ARCHES)),
  fc.tuple(fc.constant('package'), mostly('hello', 'libc6', 'g++-13', '0ad', 'hello-upstream')),
  fc.tuple(
    fc.constant('trigger'),
    mostly('hello/1', 'glibc/2.39-0ubuntu8~1', 'migration-reference/0', 'a/b/c'),
  ),
  fc.tuple(fc.constant('ppa'), mostly('alice/tools', 'bob/x')),
  fc.tuple(fc.constantFrom('env', 'build-git', 'testname', 'test-git', 'swiftuser', 'delete'), hostile),
  fc.tuple(fc.constantFrom('all-proposed', 'readable-by', 'requester'), mostly('1', 'alice', '')),
  fc.tuple(hostile, hostile),
)
/** One small parameter again and again, up to what an address may have. */
const items = fc
  .tuple(parameter, fc.integer({ min: 1, max: 1000 }))
  .map(([[name, value], count]) =>
    Array.from({ length: count }, (_, at) => [name.slice(0, 20), `${value.slice(0, 10)}${at}`] as const),
  )
const goodStart = fc.constantFrom<[string, string][]>(
  [],
  [
    ['release', 'noble'],
    ['arch', 'amd64'],
    ['package', 'hello'],
    ['trigger', 'hello/1'],
  ],
)
const query = fc
  .tuple(goodStart, fc.array(parameter, { maxLength: 8 }), fc.option(items, { freq: 10 }))
  .map(([start, more, many]) =>
    String(new URLSearchParams([...start, ...more, ...(many ?? [])] as [string, string][])),
  )
/** What no header can hold is not sent: clients and proxies refuse it too. */
const header = hostile.map(value => value.replace(/[^\x20-\x7e]/g, '?').trim())

const SECRETS = { key: '', session: '', github: 's3cret-of-github', oauth: 'oauth-s3cret-value' }

describe('hostile requests', () => {
  let site: Site
  let lines: readonly string[]
  beforeEach(async () => {
    const { log, lines: kept } = aRecordingLog()
    lines = kept
    const settings = { requestsPerHour: 1_000_000 }
    site = await aSite([], { log, settings, githubSecrets: { 'hello-upstream': SECRETS.github } })
    await site.web.broker.declareQueues(QUEUES)
    SECRETS.key = await site.web.state.accounts.createKey('joe', undefined, new Date())
    const { cookie } = await signedInAs(site, 'joe')
    SECRETS.session = cookie
  })
  afterEach(() => {
    const secrets = [
      SECRETS.key,
      SECRETS.github,
      SECRETS.oauth,
      /session=([^;]+)/.exec(SECRETS.session)?.[1] ?? '?',
    ]
    for (const secret of secrets) expect(lines.filter(line => line.includes(secret))).toEqual([])
  })

  /** Takes what was queued: each must be one that a worker takes. */
  async function checkQueues(): Promise<void> {
    for (const queue of QUEUES) {
      for (;;) {
        const delivery = await site.web.broker.take(queue)
        if (delivery === undefined) break
        expect(parseTestRequest(delivery.body)).toMatchObject({ ok: true })
      }
    }
  }

  function checkAnswer(page: { status: number; text: string; headers: Headers }): void {
    expect(page.status === 503 || page.status < 500, `${page.status}: ${page.text.slice(0, 300)}`).toBe(true)
    expect(page.text).not.toContain(MARKUP)
    expect(page.text).not.toContain('<img src=x')
    expect(page.headers.get('set-cookie') ?? '').not.toContain('evil')
    for (const secret of [SECRETS.key, SECRETS.github, SECRETS.oauth]) expect(page.text).not.toContain(secret)
  }

  const property = (each: fc.IAsyncProperty<unknown>) =>
    fc.assert(each as fc.IAsyncProperty<[unknown]>, effort(500))

  it('to the request page are answered, and queue nothing that a worker would reject', async () => {
    const credentials = () => [
      {},
      { cookie: SECRETS.session },
      { cookie: `X-Api-Key=joe:${SECRETS.key}` },
      { authorization: `Bearer ${SECRETS.key}` },
      { 'x-launchpad-oauth': `consumer:token:${SECRETS.oauth}` },
    ]
    let count = 0
    let queued = 0
    await property(
      fc.asyncProperty(
        query,
        fc.nat(4),
        fc.constantFrom('GET', 'HEAD', 'POST'),
        fc.dictionary(
          fc.constantFrom(
            'origin',
            'referer',
            'accept',
            'sec-fetch-site',
            'x-forwarded-for',
            'cookie',
            'if-none-match',
          ),
          header,
          { maxKeys: 2 },
        ),
        hostile,
        async (asked, who, method, headers, body) => {
          const all = { ...headers, ...credentials()[who] }
          const page = await site.get(`/request.cgi?${asked}`, {
            method,
            headers: all,
            ...(method === 'POST' && { body }),
          })
          checkAnswer(page)
          if (page.text.includes('Test request submitted')) queued++
          if (++count % 50 === 0) await checkQueues()
        },
      ),
    )
    await checkQueues()
    expect(queued, 'some must get through').toBeGreaterThan(0)
  })

  it('to the webhook are answered, signed or not', async () => {
    const json = fc.oneof(
      fc.json({ maxDepth: 3 }),
      fc
        .record({ changes: fc.dictionary(mostly('number', 'action', 'pull_request', 'sender'), hostile) })
        .map(({ changes }) => JSON.stringify({ ...aPullRequest(), ...changes })),
      fc.string({ unit: 'binary' }),
      fc
        .nat(9999)
        .map(number => JSON.stringify(aPullRequest({ number, sha: number.toString(16).padStart(40, '0') }))),
    )
    await property(
      fc.asyncProperty(
        json,
        query,
        fc.boolean(),
        mostly('pull_request', 'ping', 'push'),
        async (payload, asked, isSigned, event) => {
          const secret = isSigned ? SECRETS.github : 'guessed'
          const text = payload.includes('api.github.com') ? payload : `${payload} ${' api.github.com'}`
          const git = `release=noble&arch=amd64&package=hello-upstream&ppa=alice/tools&${asked}`
          const delivery = aDelivery(event.replace(/[^\x20-\x7e]/g, '?'), text, { secret, query: git })
          const names = ['content-type', 'x-github-event', 'x-hub-signature', 'x-hub-signature-256']
          const headers = Object.fromEntries(names.map(name => [name, delivery.header(name) ?? '']))
          const page = await site.get(`/request.cgi?${git}`, {
            method: 'POST',
            body: Buffer.from(delivery.body),
            headers,
          })
          checkAnswer(page)
          // An address that is too long is refused before anybody looks who sent it
          if (!isSigned) expect([403, 414]).toContain(page.status)
        },
      ),
    )
  })
})
