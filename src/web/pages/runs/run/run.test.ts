import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../../test/builders/details.ts'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import type { RunDetails } from '../../../../backends/derived/derived.ts'
import type { Failure } from '../../../../domain/log/failure/failure.ts'
import type { LogSection } from '../../../../domain/log/log-index.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { parseSummary, type Subtest, type SubtestResult } from '../../../../domain/run/subtest.ts'

const pathOf = (run: Run): string => `/packages/${run.package}/${run.release}/${run.arch}/${run.runId}`

/** As the daemon that indexes does. */
async function derive(site: Site, run: Run, details?: RunDetails): Promise<void> {
  const { results, derived } = site.web
  const { runs, position } = await results.since(undefined, 100)
  await derived.indexRuns(await results.id(), position as string, runs)
  if (details !== undefined) await derived.saveDetails(run, details)
}

const passes = (count: number): Subtest[] =>
  Array.from({ length: count }, (_, n) => ({ name: `t${n}`, result: 'PASS', detail: '' }))

describe('the page of a run', () => {
  it('is read by the Go client: result and duration after their heads', async () => {
    const run = aRun().failing().lasting(3671)
    const page = await (await aSite([run])).get(pathOf(run))
    expect(/<th>Result<\/th>\s*<td[^>]*>([^<]*)<\/td>/.exec(page.text)?.[1]).toBe('fail')
    expect(/<th>Duration<\/th>\s*<td[^>]*>([^<]*)<\/td>/.exec(page.text)?.[1]).toBe('1h 01m 11s')
  })

  it('says under the verdict which line tells why it failed, and where else there are such', async () => {
    const [run, again] = [aRun().failing(), aRun().failing()]
    const other = run.on('noble', 'armhf')
    const site = await aSite([run, again, other])
    const keep = (one: Run, ...failures: Failure[]) =>
      site.web.derived.saveDetails(one, someDetails(), failures)
    const why = async () => (await site.get(pathOf(run))).texts('main > :is(h1, .failures, nav, p.quiet)')

    await keep(run, aFailure('cannot parse <b> \u202e'), aFailure('too late', { test: 'b', number: 99 }))
    expect((await why())[1]).toBe(
      'line 12 cannot parse <b> ⟨U+202E⟩line 15 make: *** [Makefile:3: check] Error 1In upstream. No other run is known to have failed this wayline 99 too lateIn b. No other run is known to have failed this way',
    )
    const page = await site.get(pathOf(run))
    expect(page.document.querySelector('.failures a')?.getAttribute('href')).toMatch(/\/log#L12$/)

    await keep(again, aFailure('too late'))
    expect((await why())[1]).toContain('In b. Same failure in 1 other run of this test, since')
    await keep(other, aFailure('too late'))
    expect((await why())[1]).toContain('In b. Same failure in 1 other test (3 runs), since')
  })

  it('says honestly that no line is known, and nothing of what did not fail', async () => {
    const [silent, unread, passed] = [aRun().failing(), aRun().failing(), aRun()]
    const site = await aSite([silent, unread, passed])
    await derive(site, silent)
    await site.web.derived.saveDetails(silent, someDetails(), [])
    for (const run of [unread, passed]) await site.web.derived.saveDetails(run, someDetails())
    const said = async (run: Run) =>
      (await site.get(pathOf(run))).texts('main > :is(.failures, .note, h1 + p.quiet)')
    expect(await said(silent)).toEqual(['No line of the log that explains the failure was found.'])
    expect(await said(unread)).toEqual(['The line of the log that explains the failure is not recorded.'])
    expect(await said(passed)).toEqual([])
    await site.web.derived.failures.readAgainSince('')
    expect((await said(unread))[0]).toMatch(/^The logs of older runs are being read: 0 of 1\./)
  })

  it('is found with its @ as it is and encoded', async () => {
    const run = aRun()
    const site = await aSite([run])
    expect((await site.get(pathOf(run).replace('@', '%40'))).text).toBe((await site.get(pathOf(run))).text)
  })

  it('says all that the row says', async () => {
    const run = aRun()
      .named('20260901_101112_abcde@')
      .of('hello', '2.10-3')
      .triggeredBy('glibc/2.39', 'migration-reference/0')
      .by('joe')
      .allProposed()
      .ofTestname('smoke')
    const page = await (await aSite([run])).get(pathOf(run))
    const facts = Object.fromEntries(
      [...page.document.querySelectorAll('.facts tr')].map(row => [
        row.querySelector('th')?.textContent,
        row.querySelector('td')?.textContent,
      ]),
    )
    expect(facts).toEqual({
      Result: 'pass',
      Version: '2.10-3',
      Triggers: 'glibc/2.39migration-reference/0',
      'All of -proposed': 'yes',
      'Only the test': 'smoke',
      Date: '2026-09-01 10:11:12 UTC',
      Duration: '0h 01m 11s',
      Requester: 'joe',
      'Exit code': '0',
      'Run id': '20260901_101112_abcde@',
    })
  })

  it('has a thousand triggers at most, and says how many it does not show', async () => {
    const named = (count: number) => Array.from({ length: count }, (_, n) => `t${n}/1`)
    const runs = [aRun().triggeredBy(...named(1003)), aRun().triggeredBy(...named(1000))] as const
    const site = await aSite(runs)
    const pages = [await site.get(pathOf(runs[0])), await site.get(pathOf(runs[1]))]
    expect(pages.map(page => page.texts('.facts .triggers li').length)).toEqual([1000, 1000])
    expect(pages.map(page => page.texts('.facts summary'))).toEqual([['1000 more'], ['997 more']])
    expect(pages.map(page => page.texts('.facts .more p'))).toEqual([
      ['3 more are not shown; see the log.'],
      [],
    ])
  })

  it('leads to its log, its files, and the runs before and after', async () => {
    const [before, run, after] = [aRun().failing(), aRun(), aRun().neutral()]
    const site = await aSite([before, run, after, aRun().on('noble', 's390x')])
    const page = await site.get(pathOf(run))
    const hrefs = [...page.document.querySelectorAll('.actions a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual([
      `${pathOf(run)}/log`,
      `/results/autopkgtest-noble/noble/amd64/h/hello/${run.runId}/log.gz`,
      `${pathOf(run)}/artifacts`,
      `${pathOf(run)}/testbed`,
    ])
    const others = [...page.document.querySelectorAll('.neighbours a')].map(a => a.getAttribute('href'))
    expect(others).toEqual([pathOf(before), pathOf(after)])
    expect((await site.get(pathOf(before))).texts('.neighbours p')[0]).toBe('Previous run: none')
  })

  it('offers a retry of what did not pass, whatever came later', async () => {
    const [failed, passed] = [aRun().failing(), aRun()]
    const site = await aSite([failed, passed])
    expect((await site.get(pathOf(failed))).texts('.retry')).toEqual(['Retry'])
    expect((await site.get(pathOf(passed))).texts('.retry')).toEqual([])
  })

  it('lists its tests, what went wrong first, with reasons and the way to their place in the log', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    await derive(site, run, {
      subtests: [
        { name: 'fine', result: 'PASS', detail: '' },
        { name: 'skipped', result: 'SKIP', detail: 'needs a <machine>' },
        { name: 'broken', result: 'FAIL', detail: 'non-zero exit status 1' },
      ],
      log: { sections: [{ kind: 'test', name: 'broken', line: 123, offset: 9 }], lines: 500, bytes: 9000 },
    })
    const page = await site.get(pathOf(run))
    expect(page.texts('.subtests tbody tr')).toEqual([
      'FAILbrokennon-zero exit status 1',
      'SKIPskippedneeds a <machine>',
      'PASSfine',
    ])
    expect(page.document.querySelector('.subtests a')?.getAttribute('href')).toBe(`${pathOf(run)}/log#L123`)
    expect(page.texts('section p')[0]).toBe('1 FAIL, 1 SKIP, 1 PASS of 3 tests')
  })

  const section = (name: string, line: number, result?: SubtestResult) => ({
    kind: 'test' as const,
    name,
    line,
    offset: 0,
    ...(result && { result }),
  })
  const logOf = (...sections: LogSection[]) => ({ sections, lines: 500, bytes: 9000 })

  it('shows both results of tests that share a name, each with its own place in the log', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    await derive(site, run, {
      subtests: parseSummary('unit FAIL non-zero exit status 2\nunit PASS\n'),
      log: logOf(section('unit', 9, 'FAIL'), section('unit', 15, 'PASS')),
    })
    const page = await site.get(pathOf(run))
    expect(page.texts('.subtests tbody tr')).toEqual(['FAILunitnon-zero exit status 2', 'PASSunit'])
    expect([...page.document.querySelectorAll('.subtests a')].map(a => a.getAttribute('href'))).toEqual([
      `${pathOf(run)}/log#L9`,
      `${pathOf(run)}/log#L15`,
    ])
    expect(page.texts('.notice')).toEqual([])
  })

  it('says that a test failed of which there is nothing', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    for (const subtests of [passes(2), []]) {
      await derive(site, run, { subtests, log: undefined })
      const notice = (await site.get(pathOf(run))).texts('.notice').join()
      expect(notice).toContain(
        'The exit code (4) says that a test failed, but none of the tests listed here did.',
      )
    }
  })

  it('says that a run ended before its tests did, which of them, and where', async () => {
    const run = aRun().tmpfailing()
    const site = await aSite([run])
    await derive(site, run, {
      subtests: passes(1),
      log: { ...logOf(section('t0', 9, 'PASS'), section('two', 15)), errorLine: 18 },
    })
    const page = await site.get(pathOf(run))
    expect(page.texts('section p')[0]).toBe('1 PASS, 1 without a result of 2 tests')
    expect(page.texts('.notice')).toEqual([
      'This run ended before all of its tests had finished: see the error in line 18 of the log.',
    ])
    expect(page.document.querySelector('.notice a')?.getAttribute('href')).toBe(`${pathOf(run)}/log#L18`)
    expect(page.texts('.subtests tbody tr')).toEqual(['nonetwoIt did not finish.', 'PASSt0'])
  })

  it('shows reasons without the escapes in them', async () => {
    const run = aRun().failing()
    const site = await aSite([run])
    const detail = 'stderr: \u001b[33mWARN\u001b[0m \u001b]0;title\u0007deprecated\0'
    await derive(site, run, { subtests: [{ name: 'ansi', result: 'FAIL', detail }], log: undefined })
    expect((await site.get(pathOf(run))).texts('.subtests tbody tr')).toEqual([
      'FAILansistderr: WARN deprecated\u2400',
    ])
  })

  it('folds what passed when it is much', async () => {
    const run = aRun()
    const site = await aSite([run])
    await derive(site, run, { subtests: passes(31), log: undefined })
    expect((await site.get(pathOf(run))).texts('.run summary')).toEqual(['31 tests that passed'])
  })

  it('has the command that runs what failed again, folded, and written as a reader sees it', async () => {
    const run = aRun().failing().triggeredBy('glibc/2.39-0ubuntu9')
    const site = await aSite([run])
    await derive(site, run, {
      subtests: parseSummary("fine PASS\nit's<b> FAIL non-zero exit status 1\n"),
      log: undefined,
    })
    const page = await site.get(pathOf(run))
    expect(page.document.querySelector('details.reproduce:not([open])')).not.toBeNull()
    const commands = [...page.document.querySelectorAll('.reproduce pre')].map(pre => pre.textContent)
    expect(commands).toHaveLength(3)
    expect(commands[0]).toBe(
      [
        'autopkgtest',
        '--apt-upgrade',
        '--apt-pocket=proposed=src:glibc',
        '--env=ADT_TEST_TRIGGERS=glibc/2.39-0ubuntu9',
        String.raw`'--test-name=it'\''s<b>'`,
        'hello -- lxd autopkgtest/ubuntu/noble/amd64',
      ].join(' \\\n  '),
    )
    expect(page.texts('.reproduce li').join()).toContain('the run had 2.10-3')
  })

  it('says honestly why its tests are not here', async () => {
    const run = aRun()
    const site = await aSite([run])
    const said = async () => (await site.get(pathOf(run))).texts('.empty')[0]
    expect(await said()).toContain('not indexed here')
    await derive(site, run)
    expect(await said()).toContain('not been read from the store yet')
    await site.web.derived.missDetails(run, 'there is no result.tar', undefined)
    expect(await said()).toContain('could not be read: there is no result.tar')
    await derive(site, run, { subtests: [], log: undefined })
    expect(await said()).toContain('before any test had a result')
  })

  it('is 404 for a run that is not, of another arch, or behind a hash, with a way on', async () => {
    const run = aRun()
    const site = await aSite([run])
    const paths = [
      '/packages/hello/noble/amd64/20200101_000000_00000@',
      pathOf(run).replace('amd64', 's390x'),
      `/packages/h${pathOf(run).slice('/packages'.length)}`,
      '/packages/nope/noble/amd64/N@',
    ]
    for (const path of paths) expect((await site.get(path)).status, path).toBe(404)
    const page = await site.get(paths[1] as string)
    expect(page.document.querySelector('main a[href="/packages/hello/noble/s390x"]')).not.toBeNull()
  })

  it('never asks the store', async () => {
    const run = aRun()
    const site = await aSite([run])
    await site.web.store.close()
    expect((await site.get(pathOf(run))).status).toBe(200)
  })
})
