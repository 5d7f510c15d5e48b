import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../../test/builders/details.ts'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'

const pathOf = (run: Run): string => `/packages/${run.package}/${run.release}/${run.arch}/${run.runId}`

const jsonOf = async (site: Site, path: string) => JSON.parse((await site.get(path)).text)

describe('a run as JSON', () => {
  const older = aRun().named('20260901_101112_00001@')
  const run = aRun()
    .named('20260902_101112_abcde@')
    .failing()
    .by('joe')
    .triggeredBy('glibc/2.39', 'gcc-14/14.2')
    .ofTestname('smoke')

  it('has what its row says, its subtests with reasons, and where to go on', async () => {
    const site = await aSite([older, run])
    const { results, derived } = site.web
    const { runs, position } = await results.since(undefined, 10)
    await derived.indexRuns(await results.id(), position as string, runs)
    await derived.saveDetails(run, {
      subtests: [{ name: 'smoke', result: 'FAIL', detail: 'non-zero exit status 1' }],
      log: undefined,
    })
    const found = await jsonOf(site, `${pathOf(run)}.json`)
    expect(found).toMatchObject({
      ...{ package: 'hello', release: 'noble', arch: 'amd64', run_id: run.runId },
      ...{ ended: '2026-09-02T10:11:12Z', verdict: 'fail', exitcode: 4, version: '2.10-3', duration: 71 },
      triggers: ['glibc/2.39', 'gcc-14/14.2'],
      ...{ all_proposed: false, testname: 'smoke', env: 'testname=smoke', requester: 'joe', retryable: true },
      subtests: {
        state: 'known',
        list: [{ name: 'smoke', result: 'FAIL', reason: 'non-zero exit status 1' }],
      },
      attempts: { attempt: 1, requesters: [{ name: 'joe', times: 1 }], retries: null, in_a_year: null },
      ...{ previous: older.runId, next: null },
    })
    expect(found.not_recorded).toContain('ppas')
    const wide = aRun().allProposed()
    await site.record(wide)
    expect((await jsonOf(site, `${pathOf(wide)}.json`)).all_proposed).toBe(true)
    for (const name of ['run', 'history', 'package', 'previous']) {
      expect((await site.get(new URL(found.links[name]).pathname)).status, name).toBe(200)
    }
  })

  it('says which lines tell why it failed, and where it failed so too', async () => {
    const other = run.on('noble', 'armhf')
    const site = await aSite([run, other])
    const path = `${pathOf(run)}.json`
    expect((await jsonOf(site, path)).failures).toEqual({ state: 'not-read' })
    const failures = [aFailure('parse: expected 3, got 4', { test: 'smoke' })]
    for (const one of [run, other]) await site.web.derived.saveDetails(one, someDetails(), failures)
    const { state, list } = (await jsonOf(site, path)).failures
    expect(state).toBe('known')
    expect(list).toMatchObject([
      {
        test: 'smoke',
        lines: [{ number: 12, text: 'parse: expected 3, got 4', kind: 'assertion' }, { number: 15 }],
        failure: { text: 'parse: expected #, got #', runs: 2, tests: 2 },
      },
    ])
    expect(list[0].lines[0].url).toMatch(/@\/log#L12$/)
    expect((await site.get(new URL(list[0].failure.url).pathname)).status).toBe(200)
  })

  it('says null for what a damaged row does not say', async () => {
    const damaged = aRun()
      .with({ version: '', triggers: null, duration: null, exitcode: null, requester: null, env: null })
      .named('20261399_000000@')
    const site = await aSite([damaged])
    expect(await jsonOf(site, `${pathOf(damaged)}.json`)).toMatchObject({
      ...{ ended: null, verdict: 'otherfail', exitcode: null, version: null, triggers: [], duration: null },
      ...{ testname: null, env: null, requester: null, subtests: { state: 'not-indexed' } },
    })
  })

  it('says why there are no subtests', async () => {
    const site = await aSite([run])
    await site.web.derived.missDetails(run, 'there is no result.tar', undefined)
    expect((await jsonOf(site, `${pathOf(run)}.json`)).subtests).toEqual({
      state: 'missing',
      reason: 'there is no result.tar',
    })
  })

  it('is the same at the page with ?format=json and with %40, linked from it', async () => {
    const site = await aSite([run])
    const { text, headers } = await site.get(`${pathOf(run)}.json`)
    expect(headers.get('content-type')).toBe('application/json')
    expect((await site.get(`${pathOf(run)}?format=json`)).text).toBe(text)
    expect((await site.get(`${pathOf(run).replace('@', '%40')}.json`)).text).toBe(text)
    expect(
      (await site.get(pathOf(run))).document.querySelector(`a[href="${pathOf(run)}.json"]`),
    ).not.toBeNull()
  })

  it('is 404 as JSON where there is no such run', async () => {
    const site = await aSite([run])
    const other = pathOf(run).replace('amd64', 's390x')
    for (const path of [`${other}.json`, `${other}?format=json`, `${pathOf(run)}.json/log`]) {
      expect((await site.get(path)).status, path).toBe(404)
    }
    expect((await site.get(`${other}.json`)).headers.get('content-type')).toBe('application/problem+json')
    expect((await site.get(`${other}?format=json`)).headers.get('content-type')).toBe(
      'application/problem+json',
    )
  })
})
