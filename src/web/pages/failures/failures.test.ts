import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../test/builders/details.ts'
import { aFailure } from '../../../../test/builders/failures.ts'
import { aRun, type RunBuilder } from '../../../../test/builders/run.ts'
import { aSite, from, type Got, type Site } from '../../../../test/web/site.ts'
import type { Run } from '../../../domain/run/run.ts'

const NO_ROOM = 'OSError: [Errno 28] No space left on device'
const NO_SYMBOL = 'ld: undefined reference to <ssl_begin>'
const SIGNATURE = 'OSError: [Errno #] No space left on device'

const keep = (site: Site, run: Run, ...texts: readonly string[]) =>
  site.web.derived.saveDetails(
    run,
    someDetails(),
    texts.map(text => aFailure(text)),
  )

/** Indexes the rows, as the daemon does. */
async function derive({ web: { results, derived } }: Site): Promise<void> {
  const { runs, position } = await results.since(undefined, 100)
  await derived.indexRuns(await results.id(), position as string, runs)
}

/** Runs of three tests that fail in two ways, and others of the same tests that do not. */
async function aSiteOfFailures() {
  const failing = (run: RunBuilder) => run.triggeredBy('glibc/2.42', 'migration-reference/0').failing()
  const first = failing(aRun())
  const armhf = failing(aRun().on('noble', 'armhf'))
  const jammy = failing(aRun().on('jammy', 'amd64'))
  const passed = [aRun(), aRun()].map(run => run.triggeredBy('migration-reference/0'))
  const other = aRun().of('other').failing()
  const site = await aSite([first, armhf, jammy, ...passed, other])
  for (const run of [first, armhf, jammy]) await keep(site, run, NO_ROOM)
  await keep(site, other, NO_SYMBOL)
  return { site, first, armhf, jammy, other }
}

const lines = (page: Got) => page.texts('table.failures .line')
const addressIn = (page: Got, row: number) =>
  [...page.document.querySelectorAll('table.failures .line a')][row]?.getAttribute('href') ?? ''

describe('the list of failures', () => {
  it('has what was seen last first, or what is most frequent, with where it was seen', async () => {
    const { site, other } = await aSiteOfFailures()
    const page = await site.get('/failures')
    expect(lines(page)).toEqual([NO_SYMBOL, SIGNATURE])
    expect(lines(await site.get('/failures?order=tests'))).toEqual([SIGNATURE, NO_SYMBOL])
    expect(page.texts('tbody tr')[1]).toMatch(/^OSError.* device332026-.*hello on jammy amd64$/)
    const there = page.document.querySelector('td[data-head="Newest run"] a')?.getAttribute('href')
    expect(there).toBe(`/packages/other/noble/amd64/${other.runId}`)
  })

  it('is narrowed by release and by what is looked for, as it stands in a log', async () => {
    const { site } = await aSiteOfFailures()
    expect(lines(await site.get('/failures?release=jammy'))).toEqual([SIGNATURE])
    expect(lines(await site.get('/failures?q=undefined+ref'))).toEqual([NO_SYMBOL])
    expect(lines(await site.get('/failures?q=[Errno+999]+no+SPACE'))).toEqual([SIGNATURE])
    const none = await site.get('/failures?q=nothing+like+it')
    expect(none.status).toBe(200)
    expect(none.texts('.empty')[0]).toContain('No known failure contains all of these words')
    expect((await site.get('/failures?q=%22%27*')).texts('.empty')[0]).toContain('None of these words')
    expect((await site.get('/failures?release=x&q=%00%ff')).status).toBe(200)
  })

  it('pages, and keeps what was asked for', async () => {
    const { site } = await aSiteOfFailures()
    const page = await site.get('/failures?limit=1&order=tests')
    expect(lines(page)).toEqual([SIGNATURE])
    const older = page.document.querySelector('a[rel=next]')?.getAttribute('href') ?? ''
    expect(lines(await site.get(older))).toEqual([NO_SYMBOL])
    expect(older).toContain('order=tests')
  })

  it('is read by programs too', async () => {
    const { site } = await aSiteOfFailures()
    const list = (await site.get('/failures.json?q=space')).json<{ failures: { url: string }[] }>()
    expect(list).toMatchObject({
      failures: [{ text: SIGNATURE, tests: 3, runs: 3, first: expect.stringMatching(/^2026-.*Z$/) }],
      ...{ more: false, being_read: null },
    })
    expect((await site.get('/failures?format=json&q=space')).json()).toEqual(list)
    expect((await site.get(new URL(list.failures[0]?.url ?? '').pathname)).status).toBe(200)
  })

  it('says that nothing is known yet, and how far the reading of logs is', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    const { derived } = site.web
    await derive(site)
    await derived.saveDetails(run, someDetails())
    expect((await site.get('/failures')).texts('.empty')[0]).toContain('No failures are known yet')
    await derived.failures.readAgainSince('')
    expect((await site.get('/failures')).texts('.note')[0]).toContain('are being read: 0 of 1.')
    expect((await site.get('/failures.json')).json()).toMatchObject({ being_read: { read: 0, of: 1 } })
    const ready = await site.app.request('/readyz', {}, from('127.0.0.1'))
    expect(await ready.json()).toMatchObject({ failures: { ok: true, read: 0, of: 1 } })
  })

  it('is two clicks from home', async () => {
    const { site } = await aSiteOfFailures()
    const [link] = [...(await site.get('/')).document.querySelectorAll('main a[href^="/failures"]')]
    expect(lines(await site.get(link?.getAttribute('href') ?? ''))).toHaveLength(2)
  })
})

describe('one failure', () => {
  it('says what, how often, where, and with which triggers more often than elsewhere', async () => {
    const { site, first, armhf, jammy } = await aSiteOfFailures()
    const page = await site.get(addressIn(await site.get('/failures'), 1))
    expect(page.texts('h1')).toEqual(['The same failure in 3 tests'])
    expect(page.texts('.failure-text')).toEqual([SIGNATURE])
    expect(page.texts('.places tbody tr')).toEqual(['amd6411', 'armhf1'])
    const [triggers] = [...page.document.querySelectorAll('table')]
    expect([...(triggers?.querySelectorAll('tbody tr') ?? [])].map(row => row.textContent)).toEqual([
      'glibc/2.4230',
    ])
    const boxes = [...page.document.querySelectorAll('input[name=run]')].map(box => box.getAttribute('value'))
    expect(boxes).toEqual(
      [jammy, armhf, first].map(run => `${run.package}/${run.release}/${run.arch}/${run.runId}`),
    )
    expect(page.document.querySelector('form#selection')?.getAttribute('action')).toBe('/retries')
  })

  it('is read by programs too', async () => {
    const { site } = await aSiteOfFailures()
    const path = addressIn(await site.get('/failures'), 1)
    const found = (await site.get(`${path}.json`)).json<{ list: unknown[] }>()
    expect(found).toMatchObject({
      ...{ address: path.slice('/failures/'.length), text: SIGNATURE, runs: 3, tests: 3 },
      places: [{ release: 'jammy' }, { arch: 'amd64' }, { arch: 'armhf' }],
      triggers: {
        compared: { with_this_failure: 3, others_of_these_tests: 2 },
        ranked: [{ trigger: 'glibc/2.42', with_this_failure: 3, others_of_these_tests: 0 }],
      },
    })
    expect(found.list).toHaveLength(3)
  })

  it('is not found where there is none, or the address is of another form', async () => {
    const { site } = await aSiteOfFailures()
    for (const address of [
      '0123456789abcdef',
      '0123456789ABCDEF',
      'x',
      '0123456789abcdef.json.json',
      '..%2f',
    ])
      expect((await site.get(`/failures/${address}`)).status, address).toBe(404)
  })

  it('shows what a program printed as text', async () => {
    const { site } = await aSiteOfFailures()
    const page = await site.get(addressIn(await site.get('/failures'), 0))
    expect(page.text).toContain('&lt;ssl_begin&gt;')
    expect(page.text).not.toContain('<ssl_begin>')
  })
})

describe('lists of runs', () => {
  it('say under each run that failed which line tells why, by one query', async () => {
    const [passed, run] = [aRun().by('joe'), aRun().failing().by('joe')]
    const site = await aSite([passed, run])
    await derive(site)
    await keep(site, run, NO_ROOM)
    let queries = 0
    const { firstOf } = site.web.derived.failures
    site.web.derived.failures.firstOf = runs => {
      queries += 1
      return firstOf(runs)
    }
    for (const path of ['/recent', '/packages/hello', '/packages/hello/noble/amd64', '/user/joe/']) {
      queries = 0
      const page = await site.get(path)
      expect(page.texts('tr.why'), path).toEqual([NO_ROOM])
      expect(page.document.querySelector('tr.why a')?.getAttribute('href'), path).toMatch(/\/log#L12$/)
      expect(queries, path).toBe(1)
    }
  })

  it('say it as soon as it is known', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    const path = '/packages/hello/noble/amd64'
    expect((await site.get(path)).texts('tr.why')).toEqual([])
    await keep(site, run, NO_ROOM)
    expect((await site.get(path)).texts('tr.why')).toEqual([NO_ROOM])
  })
})
