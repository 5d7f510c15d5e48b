import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'

const TEST = '/packages/hello/noble/amd64'

const pathOf = (run: Run): string => `/packages/${run.package}/${run.release}/${run.arch}/${run.runId}`

async function leadsTo(site: Site, path: string): Promise<string> {
  const { status, headers } = await site.get(path)
  expect(headers.get('cache-control'), path).toBe('no-cache')
  return `${status} ${headers.get('location')}`
}

/** As the daemon that indexes does. */
async function index(site: Site): Promise<void> {
  const { results, derived } = site.web
  let from: string | undefined
  for (;;) {
    const { runs, position } = await results.since(from, 1000)
    if (runs.length === 0 || position === undefined) return
    await derived.indexRuns(await results.id(), position, runs)
    from = position
  }
}

describe('the addresses of the newest runs of a test', () => {
  it('lead to the run or its log, and are to be asked for again', async () => {
    const [passed, failed, running] = [aRun(), aRun().failing(), aRun().tmpfailing()]
    const site = await aSite([passed, failed, running, aRun().on('noble', 's390x')])
    expect(await leadsTo(site, `${TEST}/latest`)).toBe(`302 ${pathOf(running)}`)
    expect(await leadsTo(site, `${TEST}/latest-pass`)).toBe(`302 ${pathOf(passed)}`)
    expect(await leadsTo(site, `${TEST}/latest-fail`)).toBe(`302 ${pathOf(failed)}`)
    for (const [word, run] of [
      ['latest', running],
      ['latest-pass', passed],
      ['latest-fail', failed],
    ] as const) {
      expect(await leadsTo(site, `${TEST}/${word}/log`)).toBe(`302 ${pathOf(run)}/log`)
    }
  })

  it('lead elsewhere after another run', async () => {
    const site = await aSite([aRun()])
    await site.get(`${TEST}/latest`)
    const newer = aRun().failing()
    await site.web.results.record([newer])
    expect(await leadsTo(site, `${TEST}/latest`)).toBe(`302 ${pathOf(newer)}`)
  })

  it('count what failed in the test: not its testbed, not what was never started or had nothing to test', async () => {
    const site = await aSite([])
    const ends = [4, 6, 12, 14, 20, -15, 1]
    for (const exitcode of ends) {
      const run = aRun().exiting(exitcode)
      await site.web.results.record([run, aRun().tmpfailing(), aRun().exiting(99), aRun().neutral()])
      expect(await leadsTo(site, `${TEST}/latest-fail`), String(exitcode)).toBe(`302 ${pathOf(run)}`)
    }
    expect((await site.get(`${TEST}/latest-pass`)).status).toBe(404)
  })

  it('are 404 with a way on where there is no such run', async () => {
    const site = await aSite([aRun()])
    for (const path of [
      `${TEST}/latest-fail`,
      `${TEST}/latest-fail/log`,
      '/packages/nope/noble/amd64/latest',
      '/packages/nope/noble/amd64/latest/log',
      '/packages/hello/noble/s390x/latest-pass',
    ]) {
      const page = await site.get(path)
      expect(page.status, path).toBe(404)
      expect(page.text, path).toContain('so far')
      const test = path.split('/').slice(0, 5).join('/')
      expect(page.document.querySelector(`main a[href="${test}"]`), path).not.toBeNull()
    }
  })

  it('win over a hash, a package, a release and an arch, and are nothing elsewhere', async () => {
    const site = await aSite([aRun(), aRun().of('noble').on('amd64', 'latest')])
    expect((await site.get(`${TEST}/latest`)).status).toBe(302)
    for (const path of [
      `${TEST}/latest/artifacts`,
      `${TEST}/latest/log/x`,
      `/packages/h/hello/noble/amd64/latest`,
    ])
      expect((await site.get(path)).status, path).toBe(404)
    expect((await site.get('/packages/noble/amd64/latest')).texts('h1')).toEqual(['noble on amd64 latest'])
  })

  it('find what is far back by the index of runs', async () => {
    const [failed, ...passed] = [aRun().failing(), ...Array.from({ length: 300 }, () => aRun())]
    const site = await aSite([failed as Run, ...passed])
    await index(site)
    const { results } = site.web
    let rows = 0
    const counted: typeof results.history = async (...asked) => {
      const found = await results.history(...asked)
      rows += found.length
      return found
    }
    Object.assign(site.web, { results: { ...results, history: counted } })
    expect(await leadsTo(site, `${TEST}/latest-fail`)).toBe(`302 ${pathOf(failed as Run)}`)
    expect(rows).toBeLessThanOrEqual(100)
  })

  it('search the newest runs while there is no index, and say so', async () => {
    const runs = Array.from({ length: 5_100 }, () => aRun())
    const [oldest, ...others] = runs as Run[] as [Run, ...Run[]]
    const recent = others[1_000] as Run
    const site = await aSite([{ ...oldest, exitcode: 4 }, ...others])
    const none = await site.get(`${TEST}/latest-fail`)
    expect(none.status).toBe(404)
    expect(none.texts('main p')[0]).toContain('None of the newest 5,000 runs')
    await site.web.results.remove([recent])
    await site.web.results.record([{ ...recent, exitcode: 4 }])
    expect(await leadsTo(site, `${TEST}/latest-fail`)).toBe(`302 ${pathOf(recent)}`)
  })

  it('are linked on the history above the run ids, where they may lead to one', async () => {
    const site = await aSite([aRun(), aRun()])
    const page = await site.get(TEST)
    const hrefs = [...page.document.querySelectorAll('nav.ways-on a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([`${TEST}/latest`, `${TEST}/latest-pass`])
  })
})
