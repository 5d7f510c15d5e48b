import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../../test/builders/databases.ts'
import { someDetails } from '../../../../../test/builders/details.ts'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { indexTriggers } from '../../../../../test/builders/triggers.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import type { Run } from '../../../../domain/run/run.ts'

const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 19)
const failed = (days: number, name: string, ...triggers: string[]) =>
  aRun()
    .of(name)
    .endedAt(daysAgo(days))
    .triggeredBy(...triggers)
    .failing()
const reference = (run: Run) =>
  aRun().of(run.package).on(run.release, run.arch).endedAt(daysAgo(60)).triggeredBy('migration-reference/0')

/** What waits, and for which uploads: perl, held up at three tests; glibc with gcc, in one run; openssl, by what nobody compared. */
const HELLO_PERL = failed(1, 'hello', 'perl/5.40-1').by('joe')
const HELLO_OLD_PERL = failed(3, 'hello', 'perl/5.40-0')
const HELLO_GLIBC = failed(2, 'hello', 'glibc/2.39-1', 'gcc/14-1').allProposed()
const DPKG = failed(5, 'dpkg', 'perl/5.40-1').of('dpkg', 'unknown').on('noble', 's390x')
const BASH = failed(1, 'bash', 'perl/5.40-1').on('jammy', 'arm64').tmpfailing()
const CURL = failed(1, 'curl', 'openssl/3-1')
const GZIP = failed(30, 'gzip', 'gcc/14-1')
const ALWAYS = failed(1, 'always', 'openssl/3-1')

async function site(): Promise<Site> {
  const teams = join(temporaryFolder(), 'teams.json')
  writeFileSync(teams, JSON.stringify({ foundations: ['dpkg', 'bash'], nobody: [] }))
  const runs = [HELLO_OLD_PERL, HELLO_PERL, HELLO_GLIBC, DPKG, BASH, CURL, GZIP, ALWAYS]
  const baselines = [HELLO_PERL, DPKG, BASH, GZIP].map(reference)
  const made = await aSite([...runs, ...baselines, reference(ALWAYS).failing()], { documents: { teams } })
  await indexTriggers(made.web)
  await made.web.derived.indexRuns('id', '1', runs)
  const saved = (run: Run, text: string) => made.web.derived.saveDetails(run, someDetails(), [aFailure(text)])
  await saved(HELLO_PERL, 'E: Unable to locate package libfoo1')
  await saved(HELLO_GLIBC, 'E: Unable to locate package libbar2')
  await saved(DPKG, 'AssertionError: 3 != 4')
  return made
}

/** Addresses of requests as people write them, without what is the same in all. */
const told = async (made: Site, query: string): Promise<string[]> => {
  const { text } = await made.get(`/regressions.txt?${query}`)
  const addresses = text.split('\n').filter(Boolean)
  return addresses
    .map(one => {
      const url = new URL(one)
      expect(url.origin + url.pathname).toBe('https://autopkgtest.example/request.cgi')
      const { release, arch, package: name, trigger, ...others } = grouped(url.searchParams)
      const rest = Object.entries(others).map(([key, values]) => ` ${key}=${values}`)
      return `${name} ${release} ${arch}: ${trigger}${rest.join('')}`
    })
    .sort()
}

function grouped(parameters: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    [...new Set(parameters.keys())].map(key => [key, parameters.getAll(key).join(' ')]),
  )
}

const PERL = 'hello noble amd64: perl/5.40-1'
const OLD_PERL = 'hello noble amd64: perl/5.40-0'
const GLIBC = 'hello noble amd64: glibc/2.39-1 gcc/14-1 all-proposed=1'
const AT_DPKG = 'dpkg noble s390x: perl/5.40-1'
const AT_BASH = 'bash jammy arm64: perl/5.40-1'
const AT_CURL = 'curl noble amd64: openssl/3-1'
const ALL = [PERL, OLD_PERL, GLIBC, AT_DPKG, AT_BASH]

describe('each option of the retry tool makes the addresses that it asks for', () => {
  it.each<[option: string, query: string, expected: readonly string[]]>([
    ['nothing', '', ALL],
    ['--blocks perl', 'blocks=perl', [PERL, OLD_PERL, AT_DPKG, AT_BASH]],
    ['--blocks gcc', 'blocks=gcc', [GLIBC]],
    ['--blocks of what blocks nothing', 'blocks=hello', []],
    ['--blocked-by dpkg: all of its uploads', 'blocked_by=dpkg', [PERL, AT_DPKG, AT_BASH]],
    ['--blocked-by hello', 'blocked_by=hello', ALL],
    ['--blocked-by-tests hello', 'blocked_by_tests=hello', [PERL, OLD_PERL, GLIBC]],
    ['--blocked-by-tests dpkg', 'blocked_by_tests=dpkg', [AT_DPKG]],
    ['--state REGRESSION', 'state=regression', ALL],
    ['--state RUNNING-REFERENCE', 'state=no+baseline', [AT_CURL]],
    ['--state ALWAYSFAIL', 'state=not+a+regression', ['always noble amd64: openssl/3-1']],
    ['--state of what gave no result', 'state=no+result', [AT_BASH]],
    ['--min-age 2', 'min_age=2', [OLD_PERL, GLIBC, AT_DPKG]],
    ['--min-age 4', 'min_age=4', [AT_DPKG]],
    ['--max-age 1', 'max_age=1', [PERL, AT_BASH]],
    ['--max-age 90', 'max_age=90', [...ALL, 'gzip noble amd64: gcc/14-1']],
    ['--min-age 2 --max-age 3', 'min_age=2&max_age=3', [OLD_PERL, GLIBC]],
    ['--only-unknown', 'unknown=1', [AT_DPKG]],
    ['--log-regexp', 'text=locate+package+lib%5Ba-z%5D%2B%5B12%5D%24&pattern=1', [PERL, GLIBC]],
    ['--log-regexp, narrower', 'text=lib(foo)%3F1&pattern=1', [PERL]],
    ['a text as it stands', 'text=3+!%3D+4', [AT_DPKG]],
    ['--series jammy', 'release=jammy', [AT_BASH]],
    ['--arch s390x', 'arch=s390x', [AT_DPKG]],
    ['--arch of several', 'arch=s390x+arm64', [AT_DPKG, AT_BASH]],
    ['--team', 'team=foundations', [AT_DPKG, AT_BASH]],
    ['--team of no package', 'team=nobody', []],
    ['only mine', 'requester=joe', [PERL]],
    ['only mine, of whom asked for none', 'requester=jo', []],
    [
      '--no-proposed: the release alone',
      'how=baseline',
      [AT_BASH, AT_DPKG, PERL].map(one => one.replace('perl/5.40-1', 'migration-reference/0')),
    ],
    [
      '--all-proposed',
      'how=all-proposed',
      [...[PERL, OLD_PERL, AT_DPKG, AT_BASH].map(one => `${one} all-proposed=1`), GLIBC],
    ],
    [
      '--add-trigger, twice',
      'add=acl/1+attr/2',
      [
        ...[PERL, OLD_PERL, AT_DPKG, AT_BASH].map(one => `${one} acl/1 attr/2`),
        GLIBC.replace(' all-proposed', ' acl/1 attr/2 all-proposed'),
      ],
    ],
    ['--add-trigger of one that is there', 'add=perl/5.40-1&blocks=perl&max_age=1', [PERL, AT_BASH]],
    [
      'once with all triggers that it holds up, the newest of each source',
      'how=once&release=noble',
      ['hello noble amd64: gcc/14-1 glibc/2.39-1 perl/5.40-1', AT_DPKG],
    ],
    [
      'several at once',
      'blocks=perl&blocked_by_tests=hello&max_age=2&how=all-proposed&add=acl/1',
      ['hello noble amd64: perl/5.40-1 acl/1 all-proposed=1'],
    ],
  ])('%s', async (_, query, expected) => {
    const sorted = (lines: readonly string[]) => lines.map(withTriggersInOrder).sort()
    expect(sorted(await told(await site(), query))).toEqual(sorted(expected))
  })
})

/** The order of triggers says nothing. */
function withTriggersInOrder(line: string): string {
  const [test, rest = ''] = line.split(': ')
  const words = rest.split(' ')
  const isTrigger = (word: string) => word.includes('/')
  return [`${test}:`, ...words.filter(isTrigger).sort(), ...words.filter(word => !isTrigger(word))].join(' ')
}

describe('only mine', () => {
  it('is asked of who is logged in, and nothing of them is part of the list for all', async () => {
    const made = await site()
    const joe = await signedInAs(made, 'joe')
    const lead = await made.get('/regressions/mine', { headers: joe })
    expect([lead.status, lead.headers.get('location')]).toEqual([303, '/regressions?requester=joe'])
    expect((await made.get('/regressions/mine')).texts('h1')).toEqual(['Only mine'])
    const page = await made.get('/regressions?requester=joe', { headers: joe })
    expect(page.texts('.regressions [data-row]')).toHaveLength(1)
    expect(page.document.querySelector('a[href="/regressions/mine"]')).not.toBeNull()
  })
})

describe('what failed in one way', () => {
  it('stands together, the most frequent first, and last that of which no reason is known', async () => {
    const made = await site()
    const page = await made.get('/regressions?by=failure')
    expect(page.texts('.regressions .group')).toEqual([
      'E: Unable to locate package libbar2 all with this failure 2 failures',
      'E: Unable to locate package libfoo1 all with this failure 1 failure',
      'AssertionError: 3 != 4 all with this failure 1 failure',
      'Unknown reason 2 failures',
    ])
    expect(page.texts('.regressions [data-row]')).toHaveLength(6)
    expect(page.document.querySelector('.group a[href^="/failures/"]')).not.toBeNull()
  })
})
