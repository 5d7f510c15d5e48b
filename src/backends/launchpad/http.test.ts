import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type LaunchpadWorld, startLaunchpad } from '../../../test/backends/fake-launchpad.ts'
import { describeLaunchpad, KNOWN_TO_ALL } from '../../../test/backends/launchpad.contract.ts'
import { Unavailable } from '../../domain/errors.ts'
import { usualLimits } from './calls.ts'
import { httpLaunchpad } from './http.ts'

const MINUTE = 60_000
const gzip = { package: 'gzip', release: 'noble' }
const limits = { ...usualLimits, pauseMs: 10 }

async function open(
  world: Partial<LaunchpadWorld> = {},
  interfere?: (request: IncomingMessage, response: ServerResponse) => boolean,
  changes: Partial<typeof limits> = {},
) {
  const server = await startLaunchpad({ ...KNOWN_TO_ALL, ...world }, interfere)
  const launchpad = httpLaunchpad({ apiUrl: server.apiUrl, limits: { ...limits, ...changes } })
  onTestFinished(async () => {
    await launchpad.close()
    await server.close()
  })
  return { launchpad, server }
}

afterEach(() => {
  vi.useRealTimers()
})

describeLaunchpad('its REST API', async () => (await open()).launchpad)

describe('answers of Launchpad', () => {
  it('tell components, releases and versions apart', async () => {
    const { launchpad } = await open({
      published: ['noble gzip 1.12-1 universe', 'noble g++-14 14~1+b universe'],
    })
    expect(await launchpad.isPublished(gzip)).toEqual({ component: 'universe' })
    expect(
      await launchpad.isPublished({ package: 'g++-14', release: 'noble', version: '14~1+b' }),
    ).toBeDefined()
    expect(await launchpad.isPublished({ ...gzip, version: '1.12-2' })).toBeUndefined()
    expect(await launchpad.isPublished({ ...gzip, release: 'jammy' })).toBeUndefined()
    expect(await launchpad.isPublished({ ...gzip, package: 'gzi' })).toBeUndefined()
    expect(await launchpad.isPublishedInPpa('ursula/tools', gzip)).toBe(false)
  })

  it('tell PPAs of one name apart by their owner', async () => {
    const { launchpad } = await open()
    expect(await launchpad.ppaExists('sam/tools')).toBe(false)
    expect(await launchpad.ppaExists('ursula/tool')).toBe(false)
    expect(await launchpad.ppaExists('ursula')).toBe(false)
  })

  it('tell the right to upload apart by package, release and component', async () => {
    const { launchpad } = await open()
    const may = (changes: object) => launchpad.mayUpload('ursula', { ...gzip, component: 'main', ...changes })
    expect([await may({}), await may({ package: 'sed' })]).toEqual([true, false])
    expect([await may({ release: 'jammy' }), await may({ component: 'universe' })]).toEqual([false, false])
  })

  it('say who is in a team, however many pages the list has', async () => {
    const many = Array.from({ length: 25 }, (_, n) => `team-${n}`)
    const { launchpad, server } = await open({
      superTeams: { sam: many },
      participants: { 'a-team': many },
      pageSize: 10,
    })
    expect(await launchpad.isMember('sam', ['x', 'team-24'])).toBe(true)
    expect(await launchpad.isMember('sam', ['team-25'])).toBe(false)
    expect(await launchpad.isParticipant('team-24', 'a-team')).toBe(true)
    expect(server.asked[0]).toBe('GET /1.0/~sam/super_teams?ws.size=300')
    expect(server.asked).toHaveLength(9)
  })

  it('say who is in a team to the end of the list, however few are on a page', async () => {
    const many = Array.from({ length: 60 }, (_, n) => `team-${n}`)
    const { launchpad } = await open({ superTeams: { sam: many }, pageSize: 1 })
    expect(await launchpad.isMember('sam', ['team-59'])).toBe(true)
    expect(await launchpad.isMember('sam', ['nobody'])).toBe(false)
  })

  it('do not say no where a list goes on elsewhere', async () => {
    const { launchpad } = await open({ superTeams: { sam: ['a-team'] } }, (request, response) => {
      if (!request.url?.includes('super_teams')) return false
      const list = {
        entries: [{ name: 'a-team' }],
        next_collection_link: 'https://elsewhere.example/1.0/more',
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(list))
      return true
    })
    expect(await launchpad.isMember('sam', ['a-team'])).toBe(true)
    await expect(launchpad.isMember('sam', ['b-team'])).rejects.toThrow(Unavailable)
  })

  it('name who is behind credentials', async () => {
    const { launchpad } = await open({ tokens: { 'my script:t&"1:s%:,': 'ursula' } })
    const credentials = { consumer: 'my script', token: 't&"1', secret: 's%:,' }
    expect(await launchpad.whoIs(credentials)).toBe('ursula')
    expect(await launchpad.whoIs({ ...credentials, secret: 's' })).toBeUndefined()
  })

  it('do not depend on names that look like something else', async () => {
    const { launchpad, server } = await open()
    expect(await launchpad.ppaExists('../people/"x?ws.op=a')).toBe(false)
    expect(await launchpad.isMember('sam/../ursula', ['a-team'])).toBe(false)
    expect(await launchpad.isPublished({ ...gzip, package: 'gzip"&status=Deleted' })).toBeUndefined()
    for (const asked of server.asked)
      expect(asked).toMatch(/^GET \/1\.0\/(~[^/?]+(\/super_teams)?|ubuntu\/[+]archive\/primary)\?/)
  })
})

describe('what Launchpad said', () => {
  it('is kept for minutes, a no for fewer, and the right to upload for three hours', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const { launchpad, server } = await open()
    const asked = async (question: () => Promise<unknown>) => {
      const before = server.asked.length
      await question()
      return server.asked.length - before
    }
    const yes = () => launchpad.isPublished(gzip)
    const no = () => launchpad.isPublished({ ...gzip, package: 'none' })
    const may = () => launchpad.mayUpload('ursula', { ...gzip, component: 'main' })
    const mayNot = () => launchpad.mayUpload('sam', { ...gzip, component: 'main' })
    const all = async () => [await asked(yes), await asked(no), await asked(may), await asked(mayNot)]
    expect(await all()).toEqual([1, 1, 1, 1])
    expect(await all()).toEqual([0, 0, 0, 0])
    vi.advanceTimersByTime(2 * MINUTE)
    expect(await all()).toEqual([0, 1, 0, 0])
    vi.advanceTimersByTime(8 * MINUTE)
    expect(await all()).toEqual([1, 1, 0, 1])
    vi.advanceTimersByTime(170 * MINUTE)
    expect(await all()).toEqual([1, 1, 1, 1])
  })

  it('is asked once by all who want to know it at the same moment', async () => {
    const { launchpad, server } = await open()
    await Promise.all(Array.from({ length: 20 }, () => launchpad.isPublished(gzip)))
    expect(server.asked).toHaveLength(1)
  })

  it('is not kept where it was no answer', async () => {
    let isAway = true
    const { launchpad } = await open({}, (_, response) => {
      if (isAway) response.writeHead(503).end()
      return isAway
    })
    await expect(launchpad.isPublished(gzip)).rejects.toThrow(Unavailable)
    isAway = false
    expect(await launchpad.isPublished(gzip)).toBeDefined()
  })
})

describe('a Launchpad that misbehaves', () => {
  it.each([
    ['fails', 'status 502', (response: ServerResponse) => response.writeHead(502).end()],
    ['wants to be left alone', 'status 429', (response: ServerResponse) => response.writeHead(429).end()],
    [
      'sends a page for people',
      'understood',
      (response: ServerResponse) => response.end('<html>Oops</html>'),
    ],
    [
      'sends other JSON',
      'understood',
      (response: ServerResponse) => response.end('{"entries": [{"name": 7}]}'),
    ],
    ['sends a cut answer', 'understood', (response: ServerResponse) => response.end('{"entries": [')],
    ['breaks off', 'cannot be reached', (response: ServerResponse) => response.destroy()],
    ['says nothing', 'in time', () => undefined],
    ['stops in the middle', 'in time', (response: ServerResponse) => response.write('{"entries"')],
    ['never ends', 'more than', (response: ServerResponse) => response.end('x'.repeat(9_000_000))],
    [
      'redirects to another host',
      'to another host',
      (response: ServerResponse) => response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
    ],
    [
      'sends us round in circles',
      'to another host',
      (response: ServerResponse) => response.writeHead(302, { location: '/1.0/~sam/super_teams' }).end(),
    ],
  ])('and %s is unavailable, after a few attempts', async (_, reason, misbehave) => {
    const { launchpad, server } = await open(
      {},
      (_, response) => {
        misbehave(response)
        return true
      },
      // Short if the timeout is under test: a busy machine takes its time over the other answers
      { timeoutMs: reason === 'in time' ? 400 : 60_000, gracePeriodMs: 100_000 },
    )
    const answer = launchpad.isMember('sam', ['a-team'])
    await expect(answer).rejects.toThrow(Unavailable)
    await expect(answer).rejects.toThrow(reason)
    expect(server.asked.length).toBeGreaterThanOrEqual(3)
    expect(server.asked.length).toBeLessThanOrEqual(12)
  })

  it('once answers at the second attempt', async () => {
    let failures = 1
    const { launchpad, server } = await open({}, (_, response) => {
      if (failures > 0) response.writeHead(500).end()
      return failures-- > 0
    })
    expect(await launchpad.ppaExists('ursula/tools')).toBe(true)
    expect(server.asked).toHaveLength(2)
  })

  it('never sees credentials of one site elsewhere', async () => {
    const seen: (string | undefined)[] = []
    const { launchpad: elsewhere, server } = await open({}, request => {
      seen.push(request.headers.authorization)
      return false
    })
    await elsewhere.isMember('sam', ['a-team'])
    const { launchpad } = await open({}, (_, response) => {
      response.writeHead(302, { location: `${server.url}/devel/people/+me` }).end()
      return true
    })
    await expect(launchpad.whoIs({ consumer: 'c', token: 't', secret: 's' })).rejects.toThrow(Unavailable)
    expect(seen).toEqual([undefined])
  })

  it('is not waited for by more than the grace period', async () => {
    const { launchpad, server } = await open({}, () => true, {
      timeoutMs: 300,
      gracePeriodMs: 400,
      attempts: 50,
    })
    await expect(launchpad.isPublished(gzip)).rejects.toThrow(Unavailable)
    expect(server.asked.length).toBeLessThan(5)
  })

  it('is asked a few things at once, and turns away who would wait behind too many', async () => {
    let most = 0
    let now = 0
    const { launchpad, server } = await open(
      {},
      (_, response) => {
        most = Math.max(most, ++now)
        response.on('close', () => now--)
        setTimeout(() => response.end('{"total_size": 0, "entries": []}'), 30)
        return true
      },
      { atOnce: 3, waiting: 10 },
    )
    const questions = Array.from({ length: 30 }, (_, n) =>
      launchpad.isPublished({ ...gzip, package: `p${n}` }).catch(error => error),
    )
    const answers = await Promise.all(questions)
    expect(most).toBe(3)
    expect(server.asked.length).toBeGreaterThanOrEqual(10)
    expect(server.asked.length).toBeLessThanOrEqual(14)
    expect(answers.filter(answer => answer instanceof Unavailable)).toHaveLength(30 - server.asked.length)
  })

  it('does not keep anybody who closes it', async () => {
    const { launchpad } = await open({}, () => true)
    const answer = launchpad.isPublished(gzip)
    setTimeout(() => void launchpad.close().catch(() => undefined), 50)
    await expect(answer).rejects.toThrow('closing')
  })
})
