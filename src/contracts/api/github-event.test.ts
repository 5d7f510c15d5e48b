import { describe, expect, it } from 'vitest'
import { aPullRequest, EVENTS, examplesOf } from '../../../test/builders/github-deliveries.ts'
import {
  githubBase,
  githubEvent,
  githubPullRequest,
  parseGithubEvent,
  readGithubEvent,
} from './github-event.ts'

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

describe("GitHub's own examples", () => {
  it('of pull requests tell all that a test needs', () => {
    const payloads = examplesOf('pull_request')
    expect(payloads.length).toBeGreaterThan(20)
    for (const payload of payloads) {
      const event = parseGithubEvent(bytes(payload), 'application/json')
      expect(githubEvent.parse(event).action).toBe(payload.action)
      expect(readGithubEvent(event, githubPullRequest)).toEqual({
        value: {
          number: 2,
          pull_request: {
            statuses_url:
              'https://api.github.com/repos/Codertocat/Hello-World/statuses/ec26c3e57ca3a959ca5aad62de7213c562f8c821',
          },
        },
      })
      expect(readGithubEvent(event, githubBase)).toMatchObject({
        value: {
          pull_request: { base: { repo: { clone_url: 'https://github.com/Codertocat/Hello-World.git' } } },
        },
      })
    }
  })

  it('of every other event are read, and are no pull request', () => {
    const others = EVENTS.filter(name => name !== 'pull_request').flatMap(examplesOf)
    expect(others.length).toBeGreaterThan(100)
    for (const payload of others) {
      const event = parseGithubEvent(bytes(payload), 'application/json')
      expect(githubEvent.parse(event).action).toBe(payload.action)
      expect(readGithubEvent(event, githubPullRequest)).toHaveProperty('missing')
    }
  })
})

describe('the body of a delivery', () => {
  it('may be a form', () => {
    const body = new URLSearchParams({
      payload: JSON.stringify({ action: 'opened', n: '%2B ü🠉' }),
    }).toString()
    expect(parseGithubEvent(bytes(body), 'application/x-www-form-urlencoded')).toEqual({
      action: 'opened',
      n: '%2B ü🠉',
    })
    expect(parseGithubEvent(bytes('x=1'), 'application/x-www-form-urlencoded; charset=utf-8')).toBeUndefined()
  })

  it.each(['', 'null', '[]', '"x"', '{', '\u0000', '{"a":1}x'])('is nothing if it is %j', text =>
    expect(parseGithubEvent(bytes(text), undefined)).toBeUndefined(),
  )

  it.each([
    [{ number: undefined }, 'number'],
    [{ number: '2' }, 'number'],
    [{ number: 1e300 }, 'number'],
    [{ number: -1 }, 'number'],
    [{ pull_request: undefined }, 'pull_request'],
    [{ pull_request: null }, 'pull_request'],
    [{ pull_request: {} }, 'statuses_url'],
    [{ pull_request: { statuses_url: 'x'.repeat(1001) } }, 'statuses_url'],
  ])('with %j lacks %s', (changes, missing) => {
    const event = { ...aPullRequest(), ...changes }
    expect(readGithubEvent(event, githubPullRequest)).toEqual({ missing })
  })

  it('says no action that is none', () => {
    for (const action of [undefined, 7, null, {}, 'x'.repeat(101)]) {
      expect(githubEvent.parse({ action })).toEqual({ action: undefined })
    }
  })
})
