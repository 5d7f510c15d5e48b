import { describe, expect, it } from 'vitest'
import { checkGitNames, checkGitValues, planGitRequest, readGitRequestForm } from './git-request-form.ts'

const read = (query: string) => readGitRequestForm(new URLSearchParams(query))
const WHOLE = 'release=noble&arch=amd64&package=systemd-upstream&ppa=upstream-systemd-ci/systemd-ci'
const check = (more: string) => {
  const form = read(`${WHOLE}&${more}`)
  return checkGitNames(form) ?? checkGitValues(form)
}

describe('what a webhook asks for', () => {
  it('is read from its address, env also where it is separated by semicolons', () => {
    const query = `${WHOLE}&ppa=a/b&env=A1=1;BB=2&env=CC=a b&build-git=https://h.example/x.git%23r&testname=smoke`
    expect(read(query)).toEqual({
      release: 'noble',
      arch: 'amd64',
      package: 'systemd-upstream',
      ppas: ['upstream-systemd-ci/systemd-ci', 'a/b'],
      env: ['A1=1', 'BB=2', 'CC=a b'],
      buildGit: 'https://h.example/x.git#r',
      testname: 'smoke',
      unsupported: [],
    })
  })

  it('is one architecture, the first', () => {
    expect(read('arch=s390x&arch=amd64').arch).toBe('s390x')
  })

  it('becomes a message for the queue of upstreams, the commit at the end of its environment', () => {
    const form = { ...read(`${WHOLE}&env=A1=1&testname=smoke`), buildGit: 'https://h.example/x#r' }
    const pull = { number: 7, statusesUrl: 'https://api.github.com/repos/a/b/statuses/c' }
    expect(planGitRequest(form, pull)).toEqual({
      context: 'upstream',
      release: 'noble',
      arch: 'amd64',
      package: 'systemd-upstream',
      params: {
        'build-git': 'https://h.example/x#r',
        env: ['A1=1', 'UPSTREAM_PULL_REQUEST=7', `GITHUB_STATUSES_URL=${pull.statusesUrl}`],
        ppas: ['upstream-systemd-ci/systemd-ci'],
        testname: 'smoke',
      },
      readableBy: [],
    })
  })
})

describe('what a webhook may ask for', () => {
  it.each([
    '',
    'env=A1=x y/~:.-=<',
    'build-git=https://h.example/~x/y%2Bz.git%23refs/pull/7/head',
    'testname=a.b%2Bc-d',
  ])('is good: %s', more => expect(check(more)).toBeUndefined())

  it.each([
    ['env=1A=x', 400, 'Invalid environment variable format "1A=x"'],
    ['env=A=x', 400, 'Invalid environment variable format "A=x"'],
    ['env=AB', 400, 'Invalid environment variable format "AB"'],
    ['env=AB=x%0ay', 400, 'Invalid environment variable format "AB=x\ny"'],
    ['env=AB=$(x)@', 400, 'Invalid environment variable format "AB=$(x)@"'],
    ['build-git=ssh://h/x', 400, 'Malformed build-git'],
    ['build-git=', 400, 'Malformed build-git'],
    ['build-git=https://u:p@h/x', 400, 'Malformed build-git'],
    ['build-git=https://h/x%23', 400, 'Malformed build-git'],
    ['build-git=https://h/x%0a', 400, 'Malformed build-git'],
    ['testname=', 400, 'Malformed testname'],
    ['testname=-x', 400, 'Malformed testname'],
    [
      'trigger=a/1&all-proposed=1&readable-by=x',
      400,
      'Unsupported arguments: all-proposed readable-by trigger',
    ],
    ['test-git=x', 400, 'Unsupported arguments: test-git'],
    ['ppa=a', 404, 'ppa a not found'],
    ['ppa=u:t@a/b', 404, 'ppa u:t@a/b not found'],
    [`env=${'AB=1;'.repeat(101)}`, 400, 'More than 100 values in one request, or one that is too long'],
    [`env=AB=${'x'.repeat(2000)}`, 400, 'More than 100 values in one request, or one that is too long'],
  ])('is not %s', (more, status, line) => expect(check(more)).toEqual({ status, lines: [line] }))

  it('has a PPA, for the results to go to, and a package', () => {
    const form = read('release=noble&arch=amd64&package=systemd-upstream&env=1')
    expect(checkGitValues(form)).toEqual({
      status: 400,
      lines: ['Must specify at least one PPA (to associate results with)'],
    })
    expect(checkGitNames(read('package=<b>'))).toEqual({ status: 400, lines: ['Malformed package'] })
  })
})
