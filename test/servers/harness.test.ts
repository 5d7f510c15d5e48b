import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { Connection } from 'rabbitmq-client'
import { expect, it, vi } from 'vitest'
import {
  callManagement,
  describeWith,
  freshDatabase,
  freshProject,
  freshVhost,
  getToken,
  type PostgresFacts,
  rabbitmqctl,
  type ServerControl,
  type SwiftFacts,
  startOpenidProvider,
  startPostgres,
  startRabbitmq,
  startSwift,
} from './harness/index.ts'
import { findListeningAddresses, findProcesses } from './harness/processes.ts'

async function queryDatabase(database: PostgresFacts, sql: string): Promise<unknown[]> {
  const client = new Client(database.url)
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

async function callSwift(swift: SwiftFacts, method: string, path: string, body?: string): Promise<Response> {
  const headers = { 'x-auth-token': await getToken(swift) }
  return fetch(`${swift.storageUrl}/${path}`, { method, headers, ...(body === undefined ? {} : { body }) })
}

function expectLoopbackOnly(server: ServerControl, leastListeners: number): void {
  const addresses = findListeningAddresses(findProcesses(server.directory))
  expect(addresses.length).toBeGreaterThanOrEqual(leastListeners)
  expect(new Set(addresses)).toEqual(new Set(['loopback']))
}

function expectNothingLeft(server: ServerControl): void {
  expect(findProcesses(server.directory)).toEqual([])
  expect(existsSync(join(server.directory, '..'))).toBe(false)
}

describeWith(['postgres'], 'a private PostgreSQL', () => {
  it('listens on loopback only, keeps a row over SIGKILL, and leaves nothing behind', async () => {
    const server = await startPostgres()
    try {
      expectLoopbackOnly(server, 1)
      await queryDatabase(server, `CREATE TABLE kept AS SELECT 'still here' AS words`)
      await server.kill()
      await expect(queryDatabase(server, 'SELECT 1')).rejects.toThrow('ECONNREFUSED')
      await server.restart()
      expect(await queryDatabase(server, 'SELECT words FROM kept')).toEqual([{ words: 'still here' }])
    } finally {
      await server.stop()
    }
    expectNothingLeft(server)
  })

  it('is shared by the suites, with an empty database for each', async () => {
    const [one, other] = await Promise.all([freshDatabase(), freshDatabase()])
    await queryDatabase(one, 'CREATE TABLE mine ()')
    const tables = `SELECT current_database() AS name, to_regclass('mine') AS mine`
    expect(await queryDatabase(other, tables)).toEqual([{ name: other.database, mine: null }])
  })
})

describeWith(['rabbitmq'], 'a private RabbitMQ', () => {
  it('listens on loopback only, keeps a durable message over SIGKILL, and leaves nothing behind', async () => {
    const server = await startRabbitmq()
    try {
      expectLoopbackOnly(server, 4) // AMQP, management, distribution, epmd
      const connection = new Connection(server.url)
      const publisher = connection.createPublisher({
        confirm: true,
        queues: [{ queue: 'debci-noble-amd64', durable: true }],
      })
      await publisher.send({ routingKey: 'debci-noble-amd64', durable: true }, 'still here')
      await publisher.close()
      await connection.close()
      await new Promise(resolve => setTimeout(resolve, 2500)) // until the declaration is on the disk
      await server.kill()
      await expect(callManagement(server, 'GET', 'overview')).rejects.toThrow()
      await server.restart()
      const messages = await callManagement(server, 'POST', 'queues/%2F/debci-noble-amd64/get', {
        count: 5,
        ackmode: 'ack_requeue_true',
        encoding: 'auto',
      })
      expect(messages).toMatchObject([{ payload: 'still here', message_count: 0 }])
    } finally {
      await server.stop()
    }
    expectNothingLeft(server)
  })

  it('is shared by the suites, with an empty virtual host for each', async () => {
    const [one, other] = await Promise.all([freshVhost(), freshVhost()])
    await callManagement(one, 'PUT', `queues/${one.vhost}/mine`, { durable: true })
    expect(await rabbitmqctl(one, 'list_queues', '-p', one.vhost, '--no-table-headers')).toBe('mine\t0\n')
    expect(await rabbitmqctl(other, 'list_queues', '-p', other.vhost, '--no-table-headers')).toBe('')
  })
})

describeWith(['swift'], 'a private Swift with Keystone', () => {
  it('listens on loopback only, keeps an object over SIGKILL, and leaves nothing behind', async () => {
    const server = await startSwift({ tokenSeconds: 120 })
    try {
      expectLoopbackOnly(server, 6) // four Swift servers, memcached, Keystone
      expect((await callSwift(server, 'PUT', 'autopkgtest-noble')).status).toBe(201)
      expect((await callSwift(server, 'PUT', 'autopkgtest-noble/kept', 'still here')).status).toBe(201)
      await server.kill()
      await expect(fetch(server.storageUrl)).rejects.toThrow()
      await server.restart()
      expect(await (await callSwift(server, 'GET', 'autopkgtest-noble/kept')).text()).toBe('still here')
    } finally {
      await server.stop()
    }
    expectNothingLeft(server)
  })

  it('is shared by the suites, with an empty account for each', async () => {
    const [one, other] = await Promise.all([freshProject(), freshProject()])
    expect((await callSwift(one, 'PUT', 'autopkgtest-noble')).status).toBe(201)
    expect(await (await callSwift(one, 'GET', '')).text()).toBe('autopkgtest-noble\n')
    expect((await callSwift(other, 'GET', '')).status).toBe(204)
    const intrusion = await fetch(one.storageUrl, { headers: { 'x-auth-token': await getToken(other) } })
    expect(intrusion.status).toBe(403)
  })
})

describeWith(['openid'], 'a private OpenID provider', () => {
  it('listens on loopback only, logs anybody in at once, and leaves nothing behind', async () => {
    const provider = await startOpenidProvider()
    try {
      expectLoopbackOnly(provider, 1)
      expect(await (await fetch(provider.url)).text()).toContain(`<URI>${provider.url}openid</URI>`)
      await provider.logInAs('bob')
      await provider.kill()
      await provider.restart()
      const everybody = 'http://specs.openid.net/auth/2.0/identifier_select'
      const question = new URLSearchParams({
        'openid.ns': 'http://specs.openid.net/auth/2.0',
        'openid.mode': 'checkid_setup',
        'openid.claimed_id': everybody,
        'openid.identity': everybody,
        'openid.return_to': 'http://127.0.0.1:9/back',
        'openid.ns.sreg': 'http://openid.net/extensions/sreg/1.1',
        'openid.sreg.required': 'nickname',
      })
      const answer = await fetch(`${provider.url}openid?${question}`, { redirect: 'manual' })
      expect(answer.status).toBe(302)
      const back = new URL(answer.headers.get('location') ?? '').searchParams
      expect(back.get('openid.claimed_id')).toBe(`${provider.url}+id/bob`)
      expect(back.get('openid.sreg.nickname')).toBe('bob')
    } finally {
      await provider.stop()
    }
    expectNothingLeft(provider)
  })
})

describeWith(['rabbitmq', 'swift', 'postgres'], 'an interrupted program', () => {
  /** Runs `start-and-wait.ts` in a TMPDIR of its own, interrupts it when `isTime`, and sees everything go. */
  async function interrupt(
    signal: NodeJS.Signals,
    names: string[],
    isTime: (output: string, directory: string) => boolean,
  ): Promise<void> {
    const directory = mkdtempSync(join(tmpdir(), 'interrupted-'))
    chmodSync(directory, 0o755) // PostgreSQL's user must get through
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, 'harness/start-and-wait.ts'), ...names],
      { env: { ...process.env, TMPDIR: directory }, stdio: ['ignore', 'pipe', 'inherit'] },
    )
    try {
      let output = ''
      child.stdout.on('data', chunk => {
        output += chunk
      })
      await vi.waitUntil(() => isTime(output, directory), { timeout: 120_000, interval: 20 })
      expect(findProcesses(directory)).not.toEqual([])
      child.kill(signal)
      await once(child, 'exit')
      await vi.waitFor(() => expect(readdirSync(directory)).toEqual([]), {
        timeout: 60_000,
        interval: 100,
      })
      await vi.waitFor(() => expect(findProcesses(directory)).toEqual([]), { timeout: 5000, interval: 100 })
    } finally {
      child.kill('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
  }

  it('leaves no server when it is killed', { timeout: 240_000 }, async () => {
    await interrupt('SIGKILL', ['rabbitmq', 'swift', 'postgres'], output => output.includes('ready'))
  })

  it('leaves no server when Ctrl-C is pressed', async () => {
    await interrupt('SIGINT', ['postgres'], output => output.includes('ready'))
  })

  it('leaves no server when it ends while one is starting', async () => {
    await interrupt('SIGTERM', ['rabbitmq'], (_, directory) =>
      readdirSync(directory).some(name => existsSync(join(directory, name, 'server/node.pid'))),
    )
  })
})
