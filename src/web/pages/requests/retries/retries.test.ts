import { beforeEach, describe, expect, it } from 'vitest'
import { aQueue, aRequest } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Got, type Site } from '../../../../../test/web/site.ts'
import { splitRequestBody } from '../../../../domain/request/request-params.ts'
import type { Run } from '../../../../domain/run/run.ts'

const HELLO = aRun().of('hello').named('20260901_100000_00001@').triggeredBy('glibc/2.39').failing()
const DPKG = aRun().of('dpkg').named('20260901_100000_00002@').triggeredBy('dpkg/1').allProposed().failing()
const nameOf = (run: Run): string => `${run.package}/${run.release}/${run.arch}/${run.runId}`
const NAMES = [HELLO, DPKG].map(nameOf)

let site: Site
let joe: { cookie: string }
beforeEach(async () => {
  site = await aSite([HELLO, DPKG])
  await site.web.broker.declareQueues(['debci-noble-amd64'])
  joe = await signedInAs(site, 'joe')
})

const fields = (names: readonly string[], more: Record<string, string> = {}) =>
  String(
    new URLSearchParams([...names.map(name => ['run', name] as [string, string]), ...Object.entries(more)]),
  )
const look = (names: readonly string[], headers: Record<string, string> = joe) =>
  site.get(`/retries?${fields(names)}`, { headers })
const post = (names: readonly string[], confirm: string, headers: Record<string, string> = joe) =>
  site.get('/retries', {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: fields(names, { confirm }),
  })
const tokenOf = (page: Got): string =>
  page.document.querySelector('input[name=confirm]')?.getAttribute('value') ?? ''
const outcomes = (page: Got): string[] => page.texts('[data-head="Outcome"]')

async function taken() {
  const bodies = []
  for (;;) {
    const delivery = await site.web.broker.take('debci-noble-amd64')
    if (delivery === undefined) return bodies
    bodies.push(splitRequestBody(Buffer.from(delivery.body).toString()))
  }
}

describe('a selection of runs', () => {
  it('is offered below tables of runs that can be retried, the same for every reader', async () => {
    for (const path of ['/recent', '/packages/hello', '/packages/hello/noble/amd64']) {
      const page = await site.get(path)
      const boxes = [...page.document.querySelectorAll('input[name=run]')]
      expect(boxes.map(box => box.getAttribute('value'))).toContain(NAMES[0])
      expect(boxes[0]?.getAttribute('form')).toBe('selection')
      expect(page.document.querySelector('form#selection')?.getAttribute('action')).toBe('/retries')
      expect((await site.get(path, { headers: joe })).text).toBe(page.text)
    }
    const passing = await aSite([aRun()])
    expect((await passing.get('/recent')).document.querySelector('form#selection')).toBeNull()
  })

  it('is looked at first, and queued when it is confirmed, just as the links to retry would', async () => {
    const seen = await look(NAMES)
    expect(outcomes(seen)).toEqual([
      'goes to the queue debci-noble-amd64, as you can upload hello',
      'goes to the queue debci-noble-amd64, as you can upload dpkg',
    ])
    expect(await taken()).toEqual([])
    const done = await post(NAMES, tokenOf(seen))
    expect(done.texts('h1')).toEqual(['2 tests requested'])
    expect(await taken()).toEqual([
      { package: 'hello', params: expect.objectContaining({ triggers: ['glibc/2.39'], requester: 'joe' }) },
      { package: 'dpkg', params: expect.objectContaining({ triggers: ['dpkg/1'], 'all-proposed': '1' }) },
    ])
    const again = await post(NAMES, tokenOf(seen))
    expect(again.texts('h1')).toEqual(['No test was requested of 2'])
    expect(outcomes(again)[0]).toContain('Test already queued')
    expect(await taken()).toEqual([])
  })

  it('is done as far as it can be', async () => {
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello', { triggers: ['glibc/2.39'] })]))
    const names = [...NAMES, 'gone/noble/amd64/20200101_000000_00000@']
    const seen = await look(names)
    expect(seen.texts('form button')).toContain('Request 1 test')
    expect(outcomes(seen)[0]).toMatch(/^already queued/)
    expect(outcomes(seen)[2]).toBe('there is no such run')
    const done = await post(names, tokenOf(seen))
    expect(done.texts('h1')).toEqual(['1 test requested of 3'])
    expect(await taken()).toHaveLength(1)
  })

  it('asks once for runs that were asked for alike', async () => {
    const same = HELLO.named('20260902_100000_00001@')
    await site.record(same)
    const seen = await look([...NAMES.slice(0, 1), nameOf(same)])
    expect(outcomes(seen)[1]).toMatch(/^only once/)
    expect(seen.texts('form button')).toContain('Request 1 test')
  })

  it('says who may not', async () => {
    const jane = await signedInAs(site, 'jane')
    const seen = await look(NAMES, jane)
    expect(outcomes(seen)[0]).toContain('You are not allowed to upload hello')
    expect(seen.texts('main')[0]).toContain('None of them would be queued.')
    expect((await post(NAMES, tokenOf(seen), jane)).texts('h1')).toEqual(['No test was requested of 2'])
  })

  it('says that all together are too many', async () => {
    const strict = await aSite([HELLO, DPKG], { settings: { requestsPerHour: 1 } })
    await strict.web.broker.declareQueues(['debci-noble-amd64'])
    const page = await strict.get(`/retries?${fields(NAMES)}`, { headers: await signedInAs(strict, 'joe') })
    expect(page.texts('p.problem')[0]).toContain('requested too many tests')
  })
})

describe('a selection that its reader did not confirm', () => {
  it.each([
    ['without a token', () => ''],
    ['with another selection’s', async () => tokenOf(await look(NAMES.slice(0, 1)))],
    ['with another session’s', async () => tokenOf(await look(NAMES, await signedInAs(site, 'joe')))],
    ['with a forged one', () => `${Date.now() + 1000}.${'a'.repeat(43)}`],
  ])('%s is shown again, and nothing is queued', async (_, token) => {
    const page = await post(NAMES, await token())
    expect(page.texts('.note')[0]).toContain('Nothing has been requested yet')
    expect(await taken()).toEqual([])
  })

  it('is not done by GET, whatever the address holds', async () => {
    const token = tokenOf(await look(NAMES))
    await site.get(`/retries?${fields(NAMES, { confirm: token })}`, { headers: joe })
    expect(await taken()).toEqual([])
  })

  it('waits while a stranger logs in', async () => {
    const page = await look(NAMES, {})
    expect(page.status).toBe(403)
    const next = page.document.querySelector('form.login [name=next]')?.getAttribute('value')
    expect(next).toBe(`https://autopkgtest.example/retries?${fields(NAMES)}`)
  })
})

describe('a hostile selection', () => {
  it('is refused if it is no list of runs, or too long a one', async () => {
    expect((await look(['hello'])).status).toBe(400)
    expect((await look(Array.from({ length: 101 }, (_, index) => `a/b/c/${index}@`))).status).toBe(400)
    expect((await look([])).texts('.empty')[0]).toContain('No run is selected')
  })

  it('is shown as text', async () => {
    const page = await look(['<script>alert(1)</script>/noble/amd64/1@', '../../etc/noble/amd64/1@'])
    expect(page.text).not.toContain('<script>alert')
    expect(outcomes(page)).toEqual(['there is no such run', 'there is no such run'])
  })
})
