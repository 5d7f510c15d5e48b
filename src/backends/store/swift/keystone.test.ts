import type { IncomingMessage, ServerResponse } from 'node:http'
import { json as readBody } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type HttpPeer, startPeer } from '../../../../test/backends/http-peer.ts'
import { impatient, patient } from '../../../../test/backends/swift-peer.ts'
import { BadInput } from '../../../domain/errors.ts'
import type { Log } from '../../../log.ts'
import type { Store } from '../store.ts'
import { swiftStore } from './swift.ts'
import type { KeystoneConfig } from './token-request.ts'

const password = 'correct horse'
let swift: HttpPeer
let keystone: HttpPeer
let store: Store
/** Tokens that Swift accepts; each login adds one. */
let valid: Set<string>
let logins: number
/** The one domain, as requests may write it. */
let domain: { id: string; name: string }
let lifeSeconds: number
/** Called before Keystone gives a token; true if it gives none. */
let obstacle: (response: ServerResponse) => boolean
let catalog: unknown[]
let said: string[]
const log = {
  debug: (fields: object, message: string) => void said.push(JSON.stringify([fields, message])),
  warn: (fields: object, message: string) => void said.push(JSON.stringify([fields, message])),
} as Log

const endpoint = (url: string, region = 'RegionOne', kind = 'public') => ({
  interface: kind,
  region_id: region,
  url,
})
const objectStore = (...endpoints: unknown[]) => ({ type: 'object-store', endpoints })

async function giveToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
  type Domain = Partial<typeof domain>
  const { auth } = (await readBody(request)) as {
    auth: {
      identity: { password: { user: { password: string; domain: Domain } } }
      scope: { project: { domain: Domain } }
    }
  }
  logins++
  if (obstacle(response)) return
  const { user } = auth.identity.password
  const isKnown = ({ id, name }: Domain) => (id === undefined ? name === domain.name : id === domain.id)
  if (user.password !== password || ![user, auth.scope.project].every(one => isKnown(one.domain))) {
    response.writeHead(401).end()
    return
  }
  const token = `token-${logins}`
  valid.add(token)
  // A clock that is a day behind ours
  const issued = Date.now() - 86_400_000
  const token_ = {
    issued_at: new Date(issued).toISOString(),
    expires_at: new Date(issued + lifeSeconds * 1000).toISOString(),
    catalog,
  }
  response.writeHead(201, { 'x-subject-token': token }).end(JSON.stringify({ token: token_ }))
}

function open(changes: Partial<KeystoneConfig> = {}, timing = patient): Store {
  const config: KeystoneConfig = {
    login: 'keystone',
    authUrl: `${keystone.url}/v3`,
    username: 'joe',
    password,
    projectName: 'p',
    projectDomainName: 'Default',
    userDomainName: 'Default',
    ...changes,
  }
  return swiftStore(config, { log, timing })
}

beforeEach(async () => {
  valid = new Set()
  logins = 0
  domain = { id: 'default', name: 'Default' }
  lifeSeconds = 3600
  obstacle = () => false
  said = []
  keystone = await startPeer(giveToken)
  swift = await startPeer((request, response) => {
    response.writeHead(valid.has(String(request.headers['x-auth-token'])) ? 404 : 401).end()
  })
  catalog = [{ type: 'identity', endpoints: [] }, objectStore(endpoint(`${swift.url}/v1/AUTH_p`))]
  store = open()
})
afterEach(async () => {
  vi.restoreAllMocks()
  await store.close()
  await swift.close()
  await keystone.close()
})

const ask = (from = store) => from.head('c', 'o')
/** Lets that many seconds pass, until the mocks are restored. */
function forward(seconds: number): void {
  const now = performance.now()
  vi.spyOn(performance, 'now').mockReturnValue(now + seconds * 1000)
}

describe('a Keystone token', () => {
  it('is asked for once, however many wait for it', async () => {
    await Promise.all(Array.from({ length: 30 }, () => ask()))
    expect(logins).toBe(1)
    expect(keystone.asked).toEqual(['POST /v3/auth/tokens'])
    expect(swift.asked).toHaveLength(30)
  })

  it('is asked for below /v3 where the address does not say so', async () => {
    const plain = open({ authUrl: `${keystone.url}/identity/` })
    await ask(plain)
    expect(keystone.asked).toEqual(['POST /identity/v3/auth/tokens'])
    await plain.close()
  })

  it('is renewed before it ends, by the clock of Keystone', async () => {
    await ask()
    forward(3600 - 310)
    await ask()
    expect(logins).toBe(1)
    forward(20)
    await ask()
    expect(logins).toBe(2)
    expect(swift.asked).toHaveLength(3)
  })

  it('is used to its end where no other can be had', async () => {
    await ask()
    obstacle = response => Boolean(response.writeHead(503).end())
    forward(3600 - 20)
    expect(await ask()).toBeUndefined()
    forward(30)
    await expect(ask()).rejects.toThrow('Keystone answers 503')
  })

  it('is renewed once when it is refused, for all who were refused', async () => {
    await ask()
    valid.clear()
    await Promise.all(Array.from({ length: 20 }, () => ask()))
    expect(logins).toBe(2)
    expect(swift.asked).toHaveLength(1 + 2 * 20)
  })

  it('that is refused again is not asked for a third time', async () => {
    await ask()
    swift.asked.length = 0
    valid.has = () => false
    await expect(ask()).rejects.toThrow('the object store refuses the configured credentials')
    expect(logins).toBe(2)
    expect(swift.asked).toHaveLength(2)
  })
})

describe('a Keystone', () => {
  it('that is busy is asked again', async () => {
    obstacle = response => logins < 3 && Boolean(response.writeHead(502).end())
    expect(await ask()).toBeUndefined()
    expect(logins).toBe(3)
  })

  it('that refuses the credentials is left alone for a while, and they are told to nobody', async () => {
    const wrong = open({ password: 'wr0ng-secret' })
    for (let i = 0; i < 5; i++) {
      await expect(ask(wrong)).rejects.toThrow(
        /^Keystone refuses the credentials of the object store \(domain "Default"\)$/,
      )
    }
    expect(await wrong.state()).toEqual({
      ok: false,
      reason: 'Keystone refuses the credentials of the object store (domain "Default")',
    })
    expect(logins).toBe(1)
    forward(11)
    await expect(ask(wrong)).rejects.toThrow('Keystone refuses')
    expect(logins).toBe(2)
    expect(said.join()).toContain('gave no token')
    expect(said.join()).not.toMatch(/wr0ng|joe|token-/)
    await wrong.close()
  })

  it.each([
    ['Default', { id: 'default', name: 'Default' }, 1],
    ['default', { id: 'default', name: 'Default' }, 1],
    ['default', { id: '5a2c', name: 'default' }, 2],
    ['Default', { id: '5a2c', name: 'Default' }, 1],
    ['Testers', { id: '77aa', name: 'Testers' }, 1],
  ])('that is told of the domain %s finds %j', async (name, known, tries) => {
    domain = known
    const named = open({ userDomainName: name, projectDomainName: name })
    expect(await ask(named)).toBeUndefined()
    expect(logins).toBe(tries)
    // The request that worked is repeated the next time
    valid.clear()
    expect(await ask(named)).toBeUndefined()
    expect(logins).toBe(tries + 1)
    await named.close()
  })

  it('that refuses is said to have been told of which domains', async () => {
    const elsewhere = open({ userDomainName: 'Testers', projectDomainName: 'default' })
    await expect(ask(elsewhere)).rejects.toThrow('(domain "Testers" of the user, "default" of the project)')
    await elsewhere.close()
  })

  it.each([
    [
      'no JSON',
      (r: ServerResponse) => r.writeHead(201, { 'x-subject-token': 'x' }).end('<html>'),
      'sent an invalid token',
    ],
    ['no token', (r: ServerResponse) => r.writeHead(201).end('{"token": {}}'), 'sent an invalid token'],
    ['300 Multiple Choices', (r: ServerResponse) => r.writeHead(300).end(), 'gave no token, but 300'],
  ])('that answers %s is not believed', async (_title, answer, message) => {
    obstacle = response => Boolean(answer(response))
    await expect(ask()).rejects.toThrow(message)
  })

  it('that never answers is given up', async () => {
    obstacle = () => true
    const waiting = open({}, impatient)
    await expect(ask(waiting)).rejects.toThrow('Keystone does not answer')
    await waiting.close()
  })
})

describe("Keystone's catalog", () => {
  it('tells where the store is, by region if one is configured', async () => {
    catalog = [objectStore(endpoint(`${swift.url}/v1/one`), endpoint(`${swift.url}/v1/two`, 'RegionTwo'))]
    const second = open({ region: 'RegionTwo' })
    await ask()
    await ask(second)
    expect(swift.asked).toEqual(['HEAD /v1/one/c/o', 'HEAD /v1/two/c/o'])
    await second.close()
  })

  it('is not needed where the configuration tells it', async () => {
    catalog = []
    const fixed = open({ storageUrl: `${swift.url}/elsewhere` })
    await ask(fixed)
    expect(swift.asked).toEqual(['HEAD /elsewhere/c/o'])
    await fixed.close()
  })

  it.each([
    [[], 'names no public object store'],
    [
      [objectStore(endpoint('http://127.0.0.1:1/v1', 'RegionOne', 'internal'))],
      'names no public object store',
    ],
    [[objectStore(endpoint('file:///etc/passwd'))], 'names no usable address'],
    [[objectStore(endpoint('http://user:secret@127.0.0.1/'))], 'names no usable address'],
  ])('%j says nothing of use', async (services, message) => {
    catalog = services
    await expect(ask()).rejects.toThrow(message)
  })
})

it('Swift is not opened on an address that is none', () => {
  for (const changes of [{ authUrl: 'keystone:5000' }, { storageUrl: 'http://a:b@c/' }, { authUrl: '' }]) {
    expect(() => open(changes)).toThrow(BadInput)
  }
})
