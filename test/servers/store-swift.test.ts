import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { usualTiming } from '../../src/backends/store/persist.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { Forbidden, Unavailable } from '../../src/domain/errors.ts'
import { silentLog as log } from '../../src/log.ts'
import { storeContract } from '../backends/store.contract.ts'
import {
  describeWith,
  freshProject,
  getToken,
  type ServerControl,
  type SwiftFacts,
  startSwift,
} from './harness/index.ts'

/** Without what strangers would need: the account is looked up in the catalog. */
function ownerOf({ storageUrl: _public, ...facts }: SwiftFacts): Store {
  return swiftStore({ login: 'keystone', ...facts }, { log })
}

describeWith(['swift'], 'the store in Swift', () => {
  storeContract(async () => ownerOf(await freshProject()))
})

describeWith(['swift'], 'a Swift account', () => {
  let facts: SwiftFacts
  let owner: Store
  let stranger: Store
  const text = gzipSync('hello')
  beforeAll(async () => {
    facts = await freshProject()
    owner = ownerOf(facts)
    stranger = swiftStore({ login: 'anonymous', storageUrl: facts.storageUrl }, { log })
    await owner.createContainer('autopkgtest-noble', 'public')
    await owner.createContainer('private-autopkgtest-noble', 'private')
    await owner.put('autopkgtest-noble', 'a/log.gz', text)
    await owner.put('private-autopkgtest-noble', 'a/log.gz', text)
  })
  afterAll(() => Promise.all([owner.close(), stranger.close()]))

  it('shows strangers what is public, and nothing else', async () => {
    const object = await stranger.get('autopkgtest-noble', 'a/log.gz')
    expect(object && (await buffer(object.body))).toEqual(text)
    expect(object).toMatchObject({ contentEncoding: 'gzip', contentType: 'text/plain; charset=UTF-8' })
    expect(await stranger.list('autopkgtest-noble')).toMatchObject([{ name: 'a/log.gz' }])
    expect(await stranger.access('autopkgtest-noble')).toBe('public')
    expect(await stranger.get('autopkgtest-noble', 'missing')).toBeUndefined()
    for (const container of ['private-autopkgtest-noble', 'autopkgtest-nowhere']) {
      expect(await stranger.get(container, 'a/log.gz')).toBeUndefined()
      expect(await stranger.head(container, 'a/log.gz')).toBeUndefined()
      expect(await stranger.list(container)).toBeUndefined()
      expect(await stranger.access(container)).toBe('missing')
    }
    await expect(stranger.containers()).rejects.toThrow(Forbidden)
    await expect(stranger.put('autopkgtest-noble', 'x', text)).rejects.toThrow(Unavailable)
    expect(await stranger.state()).toEqual({ ok: true })
  })

  it('follows a change of who may read', async () => {
    await owner.createContainer('autopkgtest-jammy', 'public')
    expect(await owner.access('autopkgtest-jammy')).toBe('public')
    await owner.createContainer('autopkgtest-jammy', 'private')
    expect(await owner.access('autopkgtest-jammy')).toBe('private')
    expect(await stranger.access('autopkgtest-jammy')).toBe('missing')
  })

  it.each([
    ['.r:*', 'private'],
    ['.rlistings,.r:*', 'public'],
    ['.r:example.org,.rlistings', 'private'],
    ['*:somebody', 'private'],
  ])('with the read ACL %s has a container that is %s', async (acl, expected) => {
    const headers = { 'x-auth-token': await getToken(facts), 'x-container-read': acl }
    const answer = await fetch(`${facts.storageUrl}/autopkgtest-acl`, { method: 'PUT', headers })
    expect(answer.ok).toBe(true)
    expect(await owner.access('autopkgtest-acl')).toBe(expected)
  })

  it('may have its address in the configuration', async () => {
    const direct = swiftStore({ login: 'keystone', ...facts }, { log })
    expect(await direct.access('private-autopkgtest-noble')).toBe('private')
    await direct.close()
  })

  it('keeps the type and encoding that it is given', async () => {
    await owner.put('autopkgtest-noble', 'typed', text, {
      contentType: 'text/x-odd',
      contentEncoding: 'gzip',
    })
    expect(await owner.head('autopkgtest-noble', 'typed')).toMatchObject({
      contentType: 'text/x-odd',
      contentEncoding: 'gzip',
    })
  })

  it.each(['Default', 'default'])('is opened by those of the domain %s', async name => {
    const named = ownerOf({ ...facts, userDomainName: name, projectDomainName: name })
    expect(await named.access('private-autopkgtest-noble')).toBe('private')
    await named.close()
  })

  it.each([
    [{ password: 'wrong' }, 'domain "Default"'],
    [{ userDomainName: 'Testers' }, 'domain "Testers" of the user, "Default" of the project'],
    [{ projectDomainName: 'Testers' }, 'domain "Default" of the user, "Testers" of the project'],
  ])('is not opened with %j, and says in which domain', async (wrong, domains) => {
    const refused = ownerOf({ ...facts, ...wrong })
    await expect(refused.containers()).rejects.toThrow(
      `Keystone refuses the credentials of the object store (${domains})`,
    )
    await refused.close()
  })

  it('is not opened with wrong credentials', async () => {
    const wrong = swiftStore({ login: 'keystone', ...facts, password: 'wrong' }, { log })
    await expect(wrong.containers()).rejects.toThrow('Keystone refuses the credentials')
    expect((await wrong.state()).ok).toBe(false)
    await wrong.close()
  })
})

describeWith(['swift'], 'a Swift that goes away', () => {
  let server: SwiftFacts & ServerControl
  let store: Store
  beforeAll(async () => {
    server = await startSwift({ tokenSeconds: 10 })
    store = ownerOf(server)
    await store.createContainer('autopkgtest-noble', 'public')
    await store.put('autopkgtest-noble', 'a', Buffer.from('x'))
  })
  afterAll(async () => {
    await store.close()
    await server.stop()
  })

  it('gives new tokens before the old ones end', async () => {
    const until = Date.now() + 14_000
    const work = async () => {
      while (Date.now() < until) {
        expect(await store.head('autopkgtest-noble', 'a')).toMatchObject({ bytes: 1 })
        await sleep(50)
      }
    }
    await Promise.all([work(), work(), work()])
  })

  it('gives one new token for those that it refuses, whatever our clock says', async () => {
    const said: string[] = []
    const { storageUrl: _public, ...facts } = server
    const watched = swiftStore(
      { login: 'keystone', ...facts },
      { log: { ...log, debug: (_fields: object, message: string) => void said.push(message) } },
    )
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    try {
      expect(await watched.access('autopkgtest-noble')).toBe('public')
      await sleep(12_000)
      // Swift takes us for a stranger now, and a stranger is not shown the ACL
      expect(await watched.access('autopkgtest-noble')).toBe('public')
      expect(said).toEqual(['object store: got a token'])
      const many = Array.from({ length: 2 }, () => watched.containers())
      expect(await Promise.all(many)).toEqual(many.map(() => ['autopkgtest-noble']))
      expect(said).toEqual(['object store: got a token', 'object store: got a token'])
    } finally {
      vi.useRealTimers()
      await watched.close()
    }
  })

  it('is reported in bounded time, and used again when it is back', async () => {
    await server.kill()
    const start = Date.now()
    expect(await store.state()).toMatchObject({
      ok: false,
      reason: expect.stringContaining('cannot be reached'),
    })
    await expect(store.get('autopkgtest-noble', 'a')).rejects.toThrow(Unavailable)
    await expect(store.list('autopkgtest-noble')).rejects.toThrow(Unavailable)
    await expect(store.put('autopkgtest-noble', 'b', Buffer.from('x'))).rejects.toThrow(Unavailable)
    expect(Date.now() - start).toBeLessThan(usualTiming.gracePeriodMs)
    await server.restart()
    await expect.poll(() => store.state(), { timeout: 60_000 }).toEqual({ ok: true })
    expect(await store.head('autopkgtest-noble', 'a')).toMatchObject({ bytes: 1 })
  })

  it('breaks off what was being read', async () => {
    await store.put('autopkgtest-noble', 'large', Buffer.alloc(20_000_000))
    const object = (await store.get('autopkgtest-noble', 'large')) ?? expect.fail('missing')
    const reading = (async () => {
      let killed: Promise<void> | undefined
      for await (const part of object.body) {
        if (part.length > 0) killed ??= server.kill()
        await killed
      }
    })()
    await expect(reading).rejects.toThrow(Unavailable)
    await server.restart()
  })
})
