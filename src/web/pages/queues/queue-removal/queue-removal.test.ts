import { beforeEach, describe, expect, it, vi } from 'vitest'
import { aQueue, aRequest } from '../../../../../test/builders/live.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Got, type Site } from '../../../../../test/web/site.ts'
import { aSubmitted } from '../../../../../test/web/submitted.ts'
import { parseRemovedRequest } from '../../../../contracts/messages/removed-request.ts'
import { Unavailable } from '../../../../domain/errors.ts'
import { type Log, silentLog } from '../../../../log.ts'
import { MOST_AT_ONCE } from '../../../../operations/queues/remove-as-admin.ts'
import { restoreQueuedRequests } from '../../../../operations/queues/restore-queued-requests.ts'

const QUEUE = 'debci-noble-amd64'
const PAGE = '/queues/ubuntu/noble/amd64/remove'
const GZIP = `${PAGE}?package=gzip&trigger=&requester=`

let site: Site
let jane: { cookie: string }
let lines: unknown[]
beforeEach(async () => {
  lines = []
  const log: Log = { ...silentLog, info: (...line: unknown[]) => void lines.push(line) }
  site = await aSite([], { settings: { admins: ['jane'] }, log })
  await site.web.broker.declareQueues([QUEUE])
  jane = await signedInAs(site, 'jane')
})

const wait = async (...bodies: readonly string[]) => {
  for (const body of bodies) await site.web.broker.publish(QUEUE, body)
}

async function bodies(): Promise<string[]> {
  const peek = await site.web.broker.peek(QUEUE, 10_000)
  return (peek?.bodies ?? []).map(body => Buffer.from(body).toString())
}

const tokenIn = (page: Got): string =>
  page.document.querySelector('input[name=confirm]')?.getAttribute('value') ?? ''

const preview = (path = GZIP, headers = jane) => site.get(path, { headers })

const post = (
  confirm: string,
  path = GZIP,
  headers: Record<string, string> = jane,
  fields: readonly [string, string][] = [['which', 'all']],
) =>
  site.get(path, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams([['confirm', confirm], ...fields])),
  })

/** The boxes of a page, in the order of its rows. */
const boxesIn = (page: Got): string[] =>
  [...page.document.querySelectorAll('input[name=only]')].map(box => box.getAttribute('value') ?? '')

const OLD = aRequest('gzip', { triggers: ['glibc/2.39'], requester: 'joe' })
const NEW = aRequest('gzip', { triggers: ['glibc/2.40'], requester: 'ann' })
const OTHER = aRequest('dpkg', { triggers: ['glibc/2.39'], requester: 'joe' })

describe('an admin whose requests cannot be marked as removed', () => {
  it('is shown once what was taken out, all of it', async () => {
    const uuids = ['9a8b7c6d-0000-4000-8000-000000000001', '9a8b7c6d-0000-4000-8000-000000000002']
    const asked = uuids.map(uuid => aRequest('gzip', { triggers: ['glibc/2.39'], uuid }))
    await wait(...asked)
    const token = tokenIn(await preview())
    vi.spyOn(site.web.state.requests, 'removed').mockRejectedValue(
      new Unavailable('the database is unavailable'),
    )
    vi.spyOn(site.web.state.signing, 'keys').mockRejectedValue(new Unavailable('the database is unavailable'))
    const page = await post(token)
    expect(page.status).toBe(200)
    const kept = page.document.querySelector('pre.removed')?.textContent ?? ''
    for (const uuid of uuids) expect(kept).toContain(uuid)
    expect(page.text).toContain('The pages of 2 requests still show')
    expect(await bodies()).toEqual([])
  })
})

describe('an admin at a queue', () => {
  it('sees what would go, and takes just that out; what stays keeps its order', async () => {
    await wait(OLD, OTHER, NEW)
    const shown = await preview()
    expect(shown.texts('tbody tr td:first-child')).toEqual(['1', '3'])
    expect(await bodies()).toEqual([OLD, OTHER, NEW])
    const answer = await post(tokenIn(shown))
    expect([answer.status, answer.texts('h1')]).toEqual([200, ['2 requests removed']])
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect(await bodies()).toEqual([OTHER])
    expect(JSON.stringify(lines)).toContain('"by":"jane","queue":"debci-noble-amd64","package":"gzip"')
  })

  it('has the criteria folded above the list until one is in force', async () => {
    await wait(OLD)
    const isOpen = (page: Got) => page.document.querySelector('details[open]') !== null
    expect(isOpen(await preview(PAGE))).toBe(false)
    expect(isOpen(await preview())).toBe(true)
    expect(isOpen(await preview(`${PAGE}?duplicates=1`))).toBe(true)
  })

  it('is shown what went as it can be restored, and the request says who removed it', async () => {
    const { body, uuid } = await aSubmitted(site)
    await wait(OTHER, body)
    const answer = await post(tokenIn(await preview()))
    expect((await site.get(`/requests/${uuid}`)).texts('main')[0]).toContain('removed by jane, ')
    const kept = answer.document.querySelector('pre.removed')?.textContent.trimEnd().split('\n') ?? []
    const messages = kept.map(parseRemovedRequest).filter(one => typeof one !== 'string')
    expect(await restoreQueuedRequests(site.web, messages)).toMatchObject({ restored: 1, waiting: 0 })
    expect(await bodies()).toEqual([OTHER, body])
  })

  it.each([
    ['package=gzip&requester=joe', [OTHER, NEW]],
    ['trigger=glibc/2.39', [NEW]],
    ['trigger=glibc', []],
    ['package=gzip+dpkg&requester=ann+joe', []],
    ['package=GZIP', [OLD, OTHER, NEW]],
  ])('chooses by %s', async (query, rest) => {
    await wait(OLD, OTHER, NEW)
    const path = `${PAGE}?${query}`
    await post(tokenIn(await preview(path)), path)
    expect(await bodies()).toEqual(rest)
  })

  it.each([
    ['days=2', 0],
    ['duplicates=1', 2],
    ['obsolete=1&package=gzip', 0],
  ])('chooses by %s too', async (query, gone) => {
    const old = aRequest('gzip', { triggers: ['glibc/2.39'], 'submit-time': '2020-01-01 10:00:00' })
    const young = aRequest('gzip', { triggers: ['glibc/2.40'], 'submit-time': '2099-01-01 10:00:00' })
    const again = aRequest('gzip', { triggers: ['glibc/2.40'], requester: 'ann' })
    const all = [old, young, again]
    await wait(...all)
    const glibc = { release: 'noble', pocket: 'noble', component: 'main', package: 'glibc', version: '2.40' }
    await site.web.results
      .currentVersions()
      .refresh('http://archive.example/dists/noble/main/source/Sources.gz', '', [glibc])
    const path = `${PAGE}?${query}`
    await post(tokenIn(await preview(path)), path)
    expect(await bodies()).toEqual(all.filter((_, index) => index !== gone))
  })

  it('is shown no credentials: what carries them stays', async () => {
    const secret = aRequest('gzip', { ppas: ['user:s3cret@joe/tools'] })
    await wait(secret, OLD)
    const shown = await preview()
    expect(shown.texts('tbody tr')[0]).toContain('not removable here: it contains credentials')
    const answer = await post(tokenIn(shown))
    expect(answer.texts('main')[0]).toContain('1 request with credentials stayed')
    expect(await bodies()).toEqual([secret])
    expect(shown.text + answer.text + JSON.stringify(lines)).not.toContain('s3cret')
  })

  it('removes no more in one go than one page can show', async () => {
    await wait(...Array.from({ length: MOST_AT_ONCE + 2 }, () => OLD))
    const answer = await post(tokenIn(await preview()))
    expect(answer.texts('main')[0]).toContain('2 requests stayed in the queue, as too many matched')
    expect(await bodies()).toEqual([OLD, OLD])
  })

  it('who names and ticks nothing sees all that waits, and removes nothing', async () => {
    await wait(OLD)
    for (const path of [PAGE, `${PAGE}?package=&trigger=+`, `${PAGE}?everything=1`]) {
      const shown = await preview(path)
      expect(shown.texts('tbody tr')).toHaveLength(1)
      expect(shown.texts('button[value=all]')).toEqual([])
      for (const which of ['all', 'ticked']) {
        const answer = await post(tokenIn(shown), path, jane, [['which', which]])
        expect([answer.status, answer.texts('.problem')]).toEqual([
          403,
          ['Nothing was removed: no request was selected.'],
        ])
      }
    }
    expect(await bodies()).toEqual([OLD])
  })

  it.each([PAGE, `${PAGE}?package=gzip`])('removes at %s what they tick and nothing else', async path => {
    const twin = aRequest('gzip', { triggers: ['glibc/2.39'], requester: 'joe', uuid: 'x' })
    await wait(OLD, twin, NEW)
    const shown = await preview(path)
    const [, second, third] = boxesIn(shown)
    const ticked = [second, third, 'ffff'].map((value): [string, string] => ['only', value ?? ''])
    // Which has been taken meanwhile, so that all places are other ones
    await site.web.broker.take(QUEUE)
    await wait(OLD)
    const answer = await post(tokenIn(shown), path, jane, ticked)
    expect(answer.texts('h1')).toEqual(['2 requests removed'])
    expect(await bodies()).toEqual([OLD])
  })

  it('can tick private requests, but nothing that carries credentials or cannot be read', async () => {
    const secret = aRequest('gzip', { ppas: ['user:s3cret@joe/tools'] })
    const hidden = aRequest('gzip', { 'readable-by': 'ann' })
    await wait(secret, 'gzip\nno JSON', hidden)
    const shown = await preview(PAGE)
    expect(shown.texts('tbody tr td:nth-child(2)')).toEqual([
      'gzip (not removable here: it contains credentials)',
      'an unreadable message',
      'gzip (private)',
    ])
    const boxes = boxesIn(shown)
    expect(boxes).toHaveLength(1)
    await post(
      tokenIn(shown),
      PAGE,
      jane,
      boxes.map(box => ['only', box]),
    )
    expect(await bodies()).toEqual([secret, 'gzip\nno JSON'])
  })

  it('finds nothing in a queue that is empty, or does not exist', async () => {
    expect((await preview()).texts('main')[0]).toContain('No waiting request meets all criteria')
    expect((await preview(PAGE)).texts('main')[0]).toContain('No requests are waiting here')
    const missing = '/queues/huge/noble/amd64/remove?package=gzip'
    expect((await preview(missing)).texts('main')[0]).toContain('No waiting request meets all criteria')
    for (const name of ['none/noble/amd64', 'ubuntu/sid/amd64', 'ubuntu/noble/%2e%2e']) {
      expect((await preview(`/queues/${name}/remove?package=gzip`)).status).toBe(404)
    }
    const many = Array.from({ length: 51 }, (_, n) => `p${n}`).join('+')
    expect((await preview(`${PAGE}?package=${many}`)).status).toBe(400)
  })
})

describe('nobody else', () => {
  it('removes anything, nor sees what waits, whatever they post', async () => {
    await wait(aRequest('gzip', { 'readable-by': 'ann', requester: 'ann' }))
    const token = tokenIn(await preview())
    const joe = await signedInAs(site, 'joe')
    for (const headers of [{}, joe]) {
      for (const answer of [await site.get(GZIP, { headers }), await post(token, GZIP, headers)]) {
        expect(answer.status).toBe(403)
        expect(answer.document.querySelector('table')).toBeNull()
      }
    }
    expect(await bodies()).toHaveLength(1)
  })

  it('can have an admin remove what they were not shown', async () => {
    await wait(OLD, OTHER)
    const own = tokenIn(await preview())
    const session = await signedInAs(site, 'jane')
    const forged: [string, string, Record<string, string>][] = [
      ['', GZIP, jane],
      [`${Date.now() + 60_000}.${'a'.repeat(43)}`, GZIP, jane],
      [own, `${PAGE}?package=dpkg`, jane],
      [own, `${PAGE}?package=gzip+dpkg`, jane],
      [own, '/queues/ppa/noble/amd64/remove?package=gzip', jane],
      [own, GZIP, session],
    ]
    for (const [token, path, headers] of forged) {
      const answer = await post(token, path, headers)
      expect([answer.status, answer.texts('.problem')], path).toEqual([
        403,
        [expect.stringContaining('Nothing was removed')],
      ])
    }
    expect(await bodies()).toEqual([OLD, OTHER])
  })

  it.each(['/queues/ubuntu/noble/amd64', '/running'])(
    'is led here from %s where there are no admins',
    async path => {
      const queued = aQueue([OLD])
      const hrefs = async (one: Site) => {
        await one.web.snapshots.queued.replace(queued)
        const page = await one.get(path)
        return [...page.document.querySelectorAll('.ways-on a')].map(a => a.getAttribute('href'))
      }
      expect(await hrefs(site)).toEqual([PAGE])
      expect(await hrefs(await aSite())).toEqual([])
    },
  )
})
