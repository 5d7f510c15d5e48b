import { describe, expect, it } from 'vitest'
import { githubOutcomeOf } from '../run/verdict.ts'
import { githubContext, isStatusesUrl, isStatusesUrlOf } from './github-status.ts'

const SHA = 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
const GOOD = `https://api.github.com/repos/Codertocat/Hello-World/statuses/${SHA}`
const isOurs = (url: string) => isStatusesUrlOf('https://api.github.com', url)

describe('the outcome of a run on GitHub', () => {
  it.each([
    ['success', [0, 2]],
    ['failure', [4, 6, 12]],
    ['error', [8, 14, 16, 20, 99, 1, -15]],
  ] as const)('is %s for %j', (outcome, codes) => {
    for (const code of codes) expect(githubOutcomeOf(code)).toBe(outcome)
  })

  it('is told for a release and architecture, and the one test that was asked for', () => {
    const test = { release: 'noble', arch: 'amd64' }
    expect(githubContext(test, '')).toBe('noble/amd64')
    expect(githubContext(test, 'smoke')).toBe('noble/amd64 smoke')
  })
})

describe("a commit's address for statuses", () => {
  it.each([GOOD, `https://api.github.com/repos/a_b.c-d/e.f_g/statuses/${'a'.repeat(64)}`])('is %s', url => {
    expect(isOurs(url)).toBe(true)
    expect(isStatusesUrl(url)).toBe(true)
  })

  it('may be on a GitHub of a company', () => {
    const url = `https://ghe.example/api/v3/repos/a/b/statuses/${SHA}`
    expect(isStatusesUrl(url)).toBe(true)
    expect(isStatusesUrlOf('https://ghe.example/api/v3', url)).toBe(true)
    expect(isOurs(url)).toBe(false)
  })

  it.each([
    `https://api.github.com.evil/repos/a/b/statuses/${SHA}`,
    `https://api.github.community/repos/a/b/statuses/${SHA}`,
    `http://api.github.com/repos/a/b/statuses/${SHA}`,
    `https://api.github.com:444/repos/a/b/statuses/${SHA}`,
    `https://evil.example/repos/a/b/statuses/${SHA}`,
  ])('has no credentials of ours at %s', url => expect(isOurs(url)).toBe(false))

  it.each([
    `https://api.github.com@evil/repos/a/b/statuses/${SHA}`,
    `https://api.github.com:x@evil/repos/a/b/statuses/${SHA}`,
    `https://api.github.com/repos/../b/statuses/${SHA}`,
    `https://api.github.com/repos/a/../statuses/${SHA}`,
    `https://api.github.com/repos/./b/statuses/${SHA}`,
    `https://api.github.com/../repos/a/b/statuses/${SHA}`,
    `https://api.github.com/repos/a/b/statuses/../../c/statuses/${SHA}`,
    `https://api.github.com/repos/a/%2e%2e/statuses/${SHA}`,
    `https://api.github.com/repos/a/b\\c/statuses/${SHA}`,
    `https://api.github.com/repos/a/b/c/statuses/${SHA}`,
    `https://api.github.com/repos/a/b/issues/${SHA}`,
    `https://api.github.com/user?x=/repos/a/b/statuses/${SHA}`,
    `https://api.github.com/repos/a/b/statuses/${SHA}?x`,
    `https://api.github.com/repos/a/b/statuses/${SHA}#x`,
    `https://api.github.com/repos/a/b/statuses/${SHA}/`,
    `https://api.github.com/repos/a/b/statuses/${SHA}\n`,
    `https://api.github.com/repos/a/b/statuses/${SHA.slice(1)}`,
    `https://api.github.com/repos/a/b/statuses/{sha}`,
    ` ${GOOD}`,
    `javascript:alert(1)//repos/a/b/statuses/${SHA}`,
    '',
  ])('is not %j', url => {
    expect(isOurs(url)).toBe(false)
    expect(isStatusesUrl(url)).toBe(false)
  })
})
