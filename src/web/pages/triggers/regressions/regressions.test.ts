import { describe, expect, it } from 'vitest'
import { someDetails } from '../../../../../test/builders/details.ts'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { splitRequestBody } from '../../../../domain/request/request-params.ts'
import type { Run } from '../../../../domain/run/run.ts'

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)
const failed = (days: number, ...triggers: string[]) =>
  aRun()
    .endedAt(daysAgo(days))
    .triggeredBy(...triggers)
    .failing()
const reference = (run: Run) =>
  aRun().of(run.package).on(run.release, run.arch).endedAt(daysAgo(60)).triggeredBy('migration-reference/0')

const PERL = failed(1, 'perl/5.40-1').of('hello')
const GLIBC = failed(2, 'glibc/2.39-1', 'gcc/14-1').of('hello').allProposed()
const DPKG = failed(5, 'perl/5.40-1').of('dpkg', 'unknown').on('noble', 's390x')
const LOST = failed(1, 'perl/5.40-1').of('lost')
const TESTBED = failed(1, 'perl/5.40-1').of('bash').on('jammy', 'arm64').tmpfailing()
const OLD = failed(30, 'old/1').of('gzip')

async function site(): Promise<Site> {
  const runs = [PERL, GLIBC, DPKG, LOST, TESTBED, OLD]
  const made = await aSite([...runs, ...[PERL, DPKG, TESTBED, OLD].map(reference)])
  await indexTriggers(made.web)
  await made.web.derived.indexRuns('id', '1', runs)
  const saved = (run: Run, text: string) => made.web.derived.saveDetails(run, someDetails(), [aFailure(text)])
  await saved(PERL, 'E: Unable to locate package libfoo1')
  await saved(DPKG, 'AssertionError: 3 != 4')
  return made
}

/** Trigger and package of what is listed. */
const listed = async (made: Site, query: string): Promise<string[]> => {
  type Listed = { regressions: { trigger: string; package: string }[] }
  const { regressions } = (await made.get(`/regressions.json?${query}`)).json<Listed>()
  return regressions.map(one => `${one.trigger} ${one.package}`).sort()
}

const addresses = async (made: Site, query: string): Promise<string[]> =>
  (await made.get(`/regressions.txt?${query}`)).text
    .split('\n')
    .filter(Boolean)
    .map(line => line.replace('https://autopkgtest.example/request.cgi?', ''))
    .sort()

describe('what failed', () => {
  it('says what is listed, whatever the state', async () => {
    const made = await site()
    const said = async (query: string) => (await made.get(`/regressions${query}`)).texts('main > p')[0]
    expect(await said('')).toContain('do not fail in their reference run')
    expect(await said('?state=no-baseline')).toContain('have no reference run to be compared with')
    expect(await said('?state=+No+result')).toContain('could not be run')
  })

  const ALL = [
    'gcc/14-1 hello',
    'glibc/2.39-1 hello',
    'perl/5.40-1 bash',
    'perl/5.40-1 dpkg',
    'perl/5.40-1 hello',
  ]
  it.each<[string, string[]]>([
    ['', ALL],
    ['blocks=perl', ALL.slice(2)],
    ['blocks=per', []],
    ['blocked_by_tests=hello', [ALL[0], ALL[1], ALL[4]] as string[]],
    // All failures of the uploads that fail at a test of dpkg
    ['blocked_by=dpkg', ALL.slice(2)],
    ['blocked_by=hello&blocks=glibc', ['glibc/2.39-1 hello']],
    ['state=no+baseline', ['perl/5.40-1 lost']],
    ['state=NO-BASELINE', ['perl/5.40-1 lost']],
    ['state=no+result', ['perl/5.40-1 bash']],
    ['state=not+a+regression', []],
    ['min_age=3', ['perl/5.40-1 dpkg']],
    ['max_age=3', [ALL[0], ALL[1], ALL[2], ALL[4]] as string[]],
    ['min_age=2&max_age=3', ['gcc/14-1 hello', 'glibc/2.39-1 hello']],
    ['max_age=90', [...ALL, 'old/1 gzip'].sort()],
    ['unknown=1', ['perl/5.40-1 dpkg']],
    ['release=jammy', ['perl/5.40-1 bash']],
    ['arch=s390x', ['perl/5.40-1 dpkg']],
    ['arch=s390x,arm64', ['perl/5.40-1 bash', 'perl/5.40-1 dpkg']],
    ['arch=s390x+arm64&release=noble', ['perl/5.40-1 dpkg']],
    ['text=unable+TO+locate', ['perl/5.40-1 hello']],
    ['text=^E:.*libfoo[0-9]%2B$&pattern=1', ['perl/5.40-1 hello']],
    ['text=^E:.*libfoo[0-9]%2B$', []],
    ['text=3+!%3D+4&blocks=perl', ['perl/5.40-1 dpkg']],
    ['text=3+!%3D+4&blocks=glibc', []],
    ['text=', ALL],
  ])('is narrowed by “%s”, as JSON, on the page and as addresses', async (query, expected) => {
    const made = await site()
    expect(await listed(made, query)).toEqual(expected)
    const page = await made.get(`/regressions?${query}`)
    expect(page.texts('.regressions [data-row]')).toHaveLength(expected.length)
    const packages = new Set(expected.map(one => one.split(' ')[1]))
    const told = (await addresses(made, query)).map(one => new URLSearchParams(one).get('package'))
    expect(new Set(told)).toEqual(packages)
  })

  it('is grouped by upload, the one that is held up most first, or by test', async () => {
    const made = await site()
    const page = await made.get('/regressions')
    expect(page.texts('.group')[0]).toBe('perl/5.40-1 3 tests')
    expect(page.document.querySelector('.group a')?.getAttribute('href')).toBe('/triggers/perl/5.40-1')
    const byTest = await made.get('/regressions?by=test')
    expect(byTest.texts('.group')[0]).toBe('hello noble amd64 3 uploads')
  })

  it('comes in pages of as many as can be retried at once', async () => {
    const runs = Array.from({ length: 130 }, (_, n) => failed(1, 'perl/5.40-1').of(`p${n}`))
    const made = await aSite([...runs, ...runs.map(reference)])
    await indexTriggers(made.web)
    const first = await made.get('/regressions')
    expect(first.texts('[data-row]')).toHaveLength(100)
    const next = first.document.querySelector('.pages a[rel=next]')?.getAttribute('href') ?? ''
    const second = await made.get(next)
    expect(second.texts('[data-row]')).toHaveLength(30)
    expect(second.texts('.group')).toEqual(['perl/5.40-1 130 tests'])
  })

  it('is refused in words where a filter is none, and says where there is nothing', async () => {
    const made = await aSite()
    for (const query of [
      'state=broken',
      'min_age=x',
      'max_age=-1',
      'state=constructor',
      'text=(a&pattern=1',
    ]) {
      expect((await made.get(`/regressions?${query}`)).status, query).toBe(400)
    }
    for (const query of ['how=sideways', 'add=hello', 'how=toString']) {
      expect((await made.get(`/regressions.txt?${query}`)).status, query).toBe(400)
    }
    expect((await made.get('/regressions')).texts('.empty')[0]).toContain('No failures match')
    expect((await made.get('/regressions.txt')).text).toBe('')
  })
})

it('is looked for by a pattern that a line cannot make run away', async () => {
  const made = await site()
  await made.web.derived.saveDetails(GLIBC, someDetails(), [aFailure('a'.repeat(300))])
  const took = async (query: string): Promise<number> => {
    const began = performance.now()
    expect(await listed(made, query)).toEqual([])
    return performance.now() - began
  }
  const [plain, hostile] = [await took('text=zz'), await took('text=(a*)*(a|aa)%2Bb$&pattern=1')]
  expect(hostile).toBeLessThan(1000 + 100 * plain)
})

describe('the addresses that run it again', () => {
  const hello = 'release=noble&arch=amd64&package=hello'
  const dpkg = 'release=noble&arch=s390x&package=dpkg'
  it.each<[string, string[]]>([
    [
      '',
      [
        `${dpkg}&trigger=perl%2F5.40-1`,
        `${hello}&trigger=glibc%2F2.39-1&trigger=gcc%2F14-1&all-proposed=1`,
        `${hello}&trigger=perl%2F5.40-1`,
      ],
    ],
    ['how=baseline', [`${dpkg}&trigger=migration-reference%2F0`, `${hello}&trigger=migration-reference%2F0`]],
    [
      'how=all-proposed&blocks=perl',
      [`${dpkg}&trigger=perl%2F5.40-1&all-proposed=1`, `${hello}&trigger=perl%2F5.40-1&all-proposed=1`],
    ],
    [
      'add=a%2F1+b%2F2&blocks=perl',
      [
        `${dpkg}&trigger=perl%2F5.40-1&trigger=a%2F1&trigger=b%2F2`,
        `${hello}&trigger=perl%2F5.40-1&trigger=a%2F1&trigger=b%2F2`,
      ],
    ],
    [
      'how=once',
      [
        `${dpkg}&trigger=perl%2F5.40-1`,
        `${hello}&trigger=gcc%2F14-1&trigger=glibc%2F2.39-1&trigger=perl%2F5.40-1`,
      ],
    ],
  ])('are, with “%s”', async (query, expected) => {
    const made = await site()
    const plain = (lines: string[]) => lines.filter(line => !line.includes('package=bash'))
    expect(plain(await addresses(made, query))).toEqual(expected.toSorted())
  })
})

describe('what is selected', () => {
  const nameOf = (run: Run) => `${run.package}/${run.release}/${run.arch}/${run.runId}`

  it.each<[string, object]>([
    ['', { triggers: ['perl/5.40-1'] }],
    ['how=baseline', { triggers: ['migration-reference/0'] }],
    ['how=all-proposed', { triggers: ['perl/5.40-1'], 'all-proposed': '1' }],
    ['add=acl/1', { triggers: ['perl/5.40-1', 'acl/1'] }],
    ['how=once', { triggers: ['gcc/14-1', 'glibc/2.39-1', 'perl/5.40-1'] }],
  ])('is looked at and then queued with “%s”', async (how, params) => {
    const made = await site()
    await made.web.broker.declareQueues(['debci-noble-amd64'])
    const joe = await signedInAs(made, 'joe')
    const box = (await made.get('/regressions')).document.querySelector(`input[value="${nameOf(PERL)}"]`)
    expect(box?.getAttribute('form')).toBe('selection')
    const fields = new URLSearchParams(how)
    fields.set('run', nameOf(PERL))
    const seen = await made.get(`/retries?${fields}`, { headers: joe })
    const form = [...seen.document.querySelectorAll('form[method=post] input')].map(
      input => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? ''] as [string, string],
    )
    const post = (body: URLSearchParams) =>
      made.get('/retries', {
        method: 'POST',
        headers: { ...joe, 'content-type': 'application/x-www-form-urlencoded' },
        body: String(body),
      })
    // What was looked at is what is done: another way of running it is shown again
    const changed = new URLSearchParams(form)
    changed.set('add', 'other/9')
    expect((await post(changed)).texts('.note')[0]).toContain('Nothing has been requested yet')
    expect((await post(new URLSearchParams(form))).texts('h1')).toEqual(['1 test requested'])
    const delivery = await made.web.broker.take('debci-noble-amd64')
    expect(splitRequestBody(Buffer.from(delivery?.body ?? '').toString())?.params).toMatchObject(params)
  })
})
