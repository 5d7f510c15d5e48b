import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import { silentLog } from '../../src/log.ts'
import { run } from '../builders/command-line.ts'
import { aRequest } from '../builders/request.ts'
import { aSite } from '../builders/site.ts'

let dir: string
let config: string
beforeEach(() => {
  ;({ dir, config } = aSite())
})

const QUEUE = 'debci-noble-amd64'

function body(name: string, params: Record<string, unknown> = {}): string {
  return `${name}\n${JSON.stringify({ triggers: [`${name}/2`], requester: 'joe', ...params })}`
}

/** The embedded broker of this site, as a worker of the same host has it. */
async function withBroker<T>(work: (broker: ReturnType<typeof embeddedBroker>) => Promise<T>): Promise<T> {
  const broker = embeddedBroker({ file: join(dir, 'broker.db'), log: silentLog })
  try {
    return await work(broker)
  } finally {
    await broker.close()
  }
}

async function publish(bodies: readonly (string | Uint8Array)[], queue = QUEUE): Promise<void> {
  await withBroker(async broker => {
    await broker.declareQueues([queue])
    for (const one of bodies) await broker.publish(queue, one)
  })
}

const waiting = (queue = QUEUE) =>
  withBroker(async broker => (await broker.peek(queue, 1000))?.bodies.map(one => Buffer.from(one).toString()))

const queue = (...args: string[]) => run('queue', ...args, '--config', config)

describe('queue list', () => {
  it('counts what waits, and names the queues that are configured', async () => {
    await publish([body('a'), body('b')])
    await publish([body('c')], 'debci-huge-jammy-arm64')
    const text = await queue('list')
    expect(text.stdout).toBe(
      'ubuntu\tnoble\tamd64\t2\nhuge\tjammy\tarm64\t1\n3 waiting in 2 queues; 14 are empty\n',
    )
    const { stdout } = await queue(
      'list',
      '--release',
      'noble',
      '--arch',
      'amd64',
      '--context',
      'ubuntu',
      '--json',
    )
    expect(JSON.parse(stdout)).toEqual([{ context: 'ubuntu', release: 'noble', arch: 'amd64', waiting: 2 }])
  })

  it('refuses a release that is not configured, and a context that there is not', async () => {
    const { status, stderr } = await queue('list', '--release', 'nobel')
    expect([status, stderr]).toEqual([1, 'autopkgtest-web: the release nobel is not configured\n'])
    expect((await queue('list', '--context', 'tiny')).status).toBe(2)
  })
})

describe('queue show', () => {
  it('shows what waits in its order, without credentials, and what is malformed', async () => {
    const secret = body('b', { ppas: ['user:t0ken@joe/ppa'], 'readable-by': 'joe' })
    await publish([body('a'), secret, 'c {', body('d')])
    const { stdout } = await queue('show', '--limit', '3')
    expect(stdout.split('\n')).toEqual([
      expect.stringContaining(`${QUEUE}\t1\ta {"triggers":["a/2"]`),
      expect.stringContaining(`${QUEUE}\t2\tprivate: b {`),
      `${QUEUE}\t3\tmalformed: not a package and a JSON object`,
      '',
    ])
    expect(stdout).not.toContain('t0ken')
    const json = await queue('show', '--json', '--package', 'd')
    expect(JSON.parse(json.stdout)).toMatchObject({ queue: QUEUE, position: 4, package: 'd', private: false })
  })
})

describe('queue remove', () => {
  it('wants to be told which', async () => {
    const { status, stderr } = await queue('remove')
    expect(status).toBe(1)
    expect(stderr).toContain('select requests with --package')
  })

  it('shows first, takes out then, keeps the order, and puts back what it printed', async () => {
    const bodies = [body('a'), body('b'), body('a', { requester: 'ann' }), 'broken {', body('c')]
    await publish(bodies)
    const dry = await queue('remove', '--dry-run', '--package', 'a')
    expect(dry.stdout.match(/\ta \{/g)).toHaveLength(2)
    expect(await waiting()).toEqual(bodies)

    const removed = await queue('remove', '--package', 'a', '--requester', 'joe')
    expect([removed.status, removed.stderr]).toEqual([0, '1 removed\n'])
    expect(JSON.parse(removed.stdout)).toEqual({ queue: QUEUE, headers: {}, body: bodies[0] })
    expect(await waiting()).toEqual(bodies.slice(1))

    const file = join(dir, 'removed.jsonl')
    writeFileSync(file, removed.stdout)
    expect((await queue('restore', file)).stdout).toBe('1 restored, 0 already waiting\n')
    expect(await waiting()).toEqual([...bodies.slice(1), bodies[0]])
    expect((await queue('restore', file)).stdout).toBe('0 restored, 1 already waiting\n')
  })

  it('finds triggers with or without a version, and what is old', async () => {
    const old = body('old', { 'submit-time': '2020-01-01 10:11:12+0000' })
    await publish([body('a', { triggers: ['glibc/2.39', 'gcc/14'] }), old, body('b')])
    const found = async (...args: string[]) =>
      (await queue('remove', '--dry-run', '--json', ...args)).stdout
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line).package)
    expect(await found('--trigger', 'glibc')).toEqual(['a'])
    expect(await found('--trigger', 'gcc/14')).toEqual(['a'])
    expect(await found('--trigger', 'gcc/13')).toEqual([])
    expect(await found('--older-than', '3d')).toEqual(['old'])
    expect(await found('--older-than', '3d', '--package', 'b')).toEqual([])
  })

  it('keeps the oldest of requests for the same run', async () => {
    const again = body('a', { requester: 'ann', 'submit-time': '2026-01-01 10:11:12' })
    const bodies = [body('a'), body('b'), again, body('a', { 'all-proposed': '1' }), again]
    await publish(bodies)
    const { stderr } = await queue('remove', '--duplicates')
    expect(stderr).toBe('2 removed\n')
    expect(await waiting()).toEqual([bodies[0], bodies[1], bodies[3]])
  })

  it('takes out what the archive has overtaken, and nothing that it knows nothing of', async () => {
    const results = await sqliteResults({ file: join(dir, 'autopkgtest.db'), log: silentLog })
    await results
      .currentVersions()
      .refresh('http://a.invalid/dists/noble/main/source/Sources.gz', 'Sun, 15 Nov 2026 10:00:00 GMT', [
        { release: 'noble', pocket: 'noble', component: 'main', package: 'glibc', version: '2.39-10' },
      ])
    await results.close()
    const bodies = [
      body('old', { triggers: ['glibc/2.39-9'] }),
      body('same', { triggers: ['glibc/2.39-10'] }),
      body('partly', { triggers: ['glibc/2.39-9', 'gcc/14'] }),
      body('reference', { triggers: ['migration-reference/0'] }),
      body('of-a-ppa', { triggers: ['glibc/2.39-9'], ppas: ['joe/ppa'] }),
      body('without', { triggers: [] }),
    ]
    await publish(bodies)
    const { stdout } = await queue('remove', '--obsolete')
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).body),
    ).toEqual([bodies[0]])
    expect(await waiting()).toEqual(bodies.slice(1))
  })

  it('says it in the audit trail, and takes it back when the request is restored', async () => {
    const request = aRequest()
    const text = body('gzip', { uuid: request.uuid })
    const inState = async <T>(
      work: (requests: Awaited<ReturnType<typeof sqliteState>>['requests']) => Promise<T>,
    ) => {
      const state = await sqliteState({ file: join(dir, 'state.db'), log: silentLog })
      return work(state.requests).finally(() => state.close())
    }
    await inState(async requests => {
      await requests.claim([{ ...request, body: text }], 300, new Date())
      await requests.published(request.uuid, new Date())
    })
    await publish([text])
    const { stdout } = await queue('remove', '--package', 'gzip')
    const stateOf = () => inState(async requests => (await requests.byUuid(request.uuid))?.state)
    expect(await stateOf()).toBe('removed')
    const file = join(dir, 'removed.jsonl')
    writeFileSync(file, stdout)
    await queue('restore', file)
    expect(await stateOf()).toBe('published')
  })
})

describe('queue restore', () => {
  it('names the line that it cannot read, and restores nothing of such a file', async () => {
    await publish([])
    const file = join(dir, 'torn.jsonl')
    writeFileSync(file, `{"queue":"${QUEUE}","body":"a"}\n{"queue":"complete-listener","body":"x"}\n`)
    const { status, stderr } = await queue('restore', file)
    expect([status, stderr]).toEqual([1, `autopkgtest-web: ${file}:2: not a request queue\n`])
    writeFileSync(file, `{"queue":"${QUEUE}","bo`)
    expect((await queue('restore', file)).stderr).toContain(`${file}:1: not JSON`)
    expect(await waiting()).toEqual([])
  })

  it('puts back bytes that are no text, with their headers', async () => {
    await withBroker(async broker => {
      await broker.declareQueues([QUEUE])
    })
    const file = join(dir, 'bytes.jsonl')
    writeFileSync(file, `{"queue":"${QUEUE}","headers":{"x-attempt":2},"base64":"/wAK"}\n`)
    await queue('restore', file)
    const taken = await withBroker(broker => broker.take(QUEUE))
    expect([Buffer.from(taken?.body ?? []), taken?.headers]).toEqual([
      Buffer.from([0xff, 0, 10]),
      { 'x-attempt': 2 },
    ])
  })
})
