import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { routes } from '../../src/web/routes.ts'
import { blanked, blanks } from '../builders/hostile-blanks.ts'
import { aRecordingLog } from '../builders/logs.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { effort, fc } from '../fuzz.ts'
import { aSite } from '../web/site.ts'

const RUNS = effort(25)

const MARKUP = '<script>alert(1)</script>'
const RUN = aRun().by('joe').named('20260902_101112_abcde@')
const HOSTILE = [
  ...[MARKUP, `"'><img src=x onerror=alert(1)>`, "'; DROP TABLE result; --", '{{7*7}}', '__proto__'],
  ...[
    'hello\r\nSet-Cookie: a=b',
    '\0',
    '..',
    '../../etc/passwd',
    '//evil.example',
    'javascript:alert(1)',
    '\u202e',
  ],
  ...['%', '%00', '%2f..%2f', '%ff', '%C3%28', 'a'.repeat(2000), '🠉'.repeat(100), '', ' ', '@', '*', '%25'],
  ...['-1', '0', '1e999', 'NaN', '9'.repeat(30), '2.5', '0x10', '٣', '1_0', '+7', '[]', 'true', 'null'],
]
const GOOD = [
  ...[
    'hello',
    'h',
    'noble',
    'amd64',
    RUN.runId,
    'joe',
    'ppa',
    'ubuntu',
    'huge',
    'autopkgtest-noble',
    'log.gz',
  ],
  ...[
    'noble/amd64/h/hello',
    'pass',
    'fail',
    '100',
    '1',
    'json',
    'plain',
    'autopkgtest-noble-joe-ppa',
    'result.tar',
  ],
]
const NAMES = [
  ...[
    'limit',
    'offset',
    'arch',
    'release',
    'user',
    'result',
    'q',
    'package',
    'context',
    'before',
    'after',
    'since',
  ],
  ...[
    'format',
    'prefix',
    'delimiter',
    'marker',
    'end_marker',
    'next',
    'trigger',
    'ppa',
    'env',
    'show-running',
  ],
  ...[
    'show-queued',
    'show-results',
    'only-results',
    'topic',
    'from',
    'line',
    'compare',
    'with',
    'page',
    '__proto__',
  ],
]
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 30 }) },
  { weight: 1, arbitrary: fc.oneof(blanks, blanked(fc.constantFrom(...GOOD))) },
)
/** As a client may send it: encoded, or as it is where a URL can hold it. */
const sent = fc
  .tuple(value, fc.boolean())
  .map(([text, raw]) =>
    raw
      ? text.replace(/[^!$-;=@-Z_a-z~%-]/g, '')
      : encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')),
  )
const query = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), sent), { maxLength: 4 })
  .map(pairs => pairs.map(([name, text]) => `${name}=${text}`).join('&'))

/** Addresses of a route: each name and star is anything. */
function addresses(route: string): fc.Arbitrary<string> {
  const parts = route.split('/').map(part => {
    if (part.startsWith('*')) return fc.array(sent, { maxLength: 6 }).map(segments => segments.join('/'))
    const [name, ending = ''] = part.split('.')
    if (name === ':runId') return sent.map(text => `${text}@${ending && `.${ending}`}`)
    return part.startsWith(':') ? sent : fc.constant(part)
  })
  return fc
    .tuple(query, ...parts)
    .map(([asked, ...path]) => `${path.join('/')}${asked === '' ? '' : `?${asked}`}`)
}

/** These go on for as long as somebody listens. */
const ENDLESS = ['/events', '/news/events']
const ROUTES = Object.values(routes)
  .map(route => route.label)
  .filter(route => !ENDLESS.includes(route))

async function aFilledSite() {
  const recorded = aRecordingLog()
  const site = await aSite([RUN, aRun().on('jammy', 's390x')], { log: recorded.log })
  await storeRun(site.web.store, RUN)
  await site.web.derived.indexRuns(await site.web.results.id(), 'p', [RUN])
  const request = `hello\n{"triggers": ["hello/1"], "requester": "joe"}`
  const queues = { ubuntu: { noble: { amd64: { size: 1, requests: [request] } } } }
  writeFileSync(
    join(site.folder, 'queued.json'),
    JSON.stringify({ releases: ['noble'], arches: ['amd64'], queues }),
  )
  return { site, lines: recorded.lines }
}

describe('every route', () => {
  it.each(ROUTES)('%s answers whatever it is asked, and shows no markup of others', async route => {
    const { site, lines } = await aFilledSite()
    const methods = fc.constantFrom('GET', 'GET', 'GET', 'HEAD')
    await fc.assert(
      fc.asyncProperty(addresses(route), methods, async (path, method) => {
        let address: URL
        try {
          address = new URL(`http://localhost${path}`)
        } catch {
          return
        }
        if (ENDLESS.includes(address.pathname)) return
        const { status, text, headers } = await site.get(address.pathname + address.search, { method })
        expect(status === 503 || status < 500, `${status} for ${path}`).toBe(true)
        expect(lines.filter(line => line.includes('"level":"error"'))).toEqual([])
        expect(text).not.toMatch(/\n\s+at .+:\d+:\d+/)
        if (headers.get('content-type')?.startsWith('text/html')) expect(text).not.toContain(MARKUP)
        expect(headers.get('location') ?? '').not.toMatch(/^(?:\/\/|javascript:|https?:\/\/evil)/)
      }),
      RUNS,
    )
  })
})
