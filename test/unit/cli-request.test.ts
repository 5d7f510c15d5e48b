import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import type { State } from '../../src/backends/state/state.ts'
import { silentLog } from '../../src/log.ts'
import { run } from '../builders/command-line.ts'
import { aSite } from '../builders/site.ts'

let dir: string
let config: string
beforeEach(() => {
  ;({ dir, config } = aSite())
})

const request = (...args: string[]) => run('request', '--config', config, ...args)
const apiKey = (command: string, ...args: string[]) => run('api-key', command, '--config', config, ...args)

/** What the first message in a queue says, with its time and uuid left out. */
async function taken(queue: string): Promise<string | undefined> {
  const broker = embeddedBroker({ file: join(dir, 'broker.db'), log: silentLog })
  try {
    const delivery = await broker.take(queue)
    return (
      delivery &&
      Buffer.from(delivery.body)
        .toString()
        .replace(/"(submit-time|uuid)": "[^"]+"/g, '"$1"')
    )
  } finally {
    await broker.close()
  }
}

async function withState<T>(work: (state: State) => Promise<T>): Promise<T> {
  const state = await sqliteState({ file: join(dir, 'state.db'), log: silentLog })
  try {
    return await work(state)
  } finally {
    await state.close()
  }
}

describe('request', () => {
  it('queues each package everywhere, and says where', async () => {
    const { status, stdout, stderr } = await request('-s', 'noble', '--trigger', 'glibc/2.39', 'gzip', 'dpkg')
    expect([status, stderr]).toEqual([0, ''])
    const queues = stdout
      .trimEnd()
      .split('\n')
      .map(line => line.split('\t')[0])
    expect(queues.sort()).toEqual([
      ...['debci-noble-amd64', 'debci-noble-amd64', 'debci-noble-arm64', 'debci-noble-arm64'],
    ])
    expect(await taken('debci-noble-amd64')).toBe('gzip\n{"submit-time", "triggers": ["glibc/2.39"], "uuid"}')
  })

  it('has the options of older installations, in the right queue', async () => {
    const gzip = ['-s', 'noble', '-a', 'amd64', 'gzip']
    const cases: [string, string[], string][] = [
      [
        'debci-huge-noble-amd64',
        ['--bulk', '--all-proposed'],
        '{"all-proposed": "1", "submit-time", "uuid"}',
      ],
      ['debci-ppa-noble-amd64', ['--ppa', 'a1/b1', '--bulk'], '{"ppas": ["a1/b1"], "submit-time", "uuid"}'],
      [
        'debci-upstream-noble-amd64',
        ['--build-git', 'https://git.example/x#main', '--env', 'A1=b', '--ppa', 'a1/b1'],
        '{"build-git": "https://git.example/x#main", "env": ["A1=b"], "ppas": ["a1/b1"], "submit-time", "uuid"}',
      ],
      [
        'debci-upstream-noble-amd64',
        ['--test-git', 'https://git.example:8443/x', '--requester', 'joe'],
        '{"requester": "joe", "submit-time", "test-git": "https://git.example:8443/x", "uuid"}',
      ],
      [
        'debci-ppa-noble-amd64',
        [
          '--ppa',
          'bot:pw@a1/b2:0123456789ABCDEF',
          '--swiftuser',
          'joe',
          '--readable-by',
          'ann',
          '--readable-by',
          'bob',
        ],
        '{"ppas": ["bot:pw@a1/b2:0123456789ABCDEF"], "readable-by": ["ann", "bob"], "submit-time", "swiftuser": "joe", "uuid"}',
      ],
    ]
    for (const [queue, options, params] of cases) {
      expect(await request(...gzip, ...options)).toMatchObject({ status: 0, stderr: '' })
      expect(await taken(queue)).toBe(`gzip\n${params}`)
    }
  })

  it('is kept in the audit trail, and says the uuid', async () => {
    const { stdout } = await request('-s', 'noble', '-a', 'amd64', '--requester', 'joe', '--json', 'gzip')
    const [row] = JSON.parse(stdout)
    expect(row).toMatchObject({ queue: 'debci-noble-amd64', state: 'published' })
    expect(await withState(state => state.requests.byUuid(row.uuid))).toMatchObject({
      ...{ requester: 'joe', source: 'command', address: hostname(), state: 'published', body: row.body },
    })
  })

  it('only says what would be queued in a dry run', async () => {
    const { status, stdout } = await request(
      ...['-s', 'noble', '--bulk', '--trigger', 'migration-reference/0', '--dry-run', '--json', 'gzip'],
    )
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual([
      { queue: 'debci-huge-noble-amd64', body: 'gzip\n{"triggers": ["migration-reference/0"]}' },
      { queue: 'debci-huge-noble-arm64', body: 'gzip\n{"triggers": ["migration-reference/0"]}' },
    ])
    expect(await taken('debci-huge-noble-amd64')).toBeUndefined()
  })

  it('refuses what was asked for just now', async () => {
    const args = ['-s', 'noble', '-a', 'amd64', '--trigger', 'gzip/1', 'gzip']
    expect((await request(...args)).status).toBe(0)
    const { status, stdout, stderr } = await request(...args)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^autopkgtest-web: Test already queued:\nautopkgtest-web: release: noble\n/)
  })

  it('refuses what no worker takes, and quotes no password', async () => {
    const cases: [string, ...string[]][] = [
      ['release focal not found', '-s', 'focal', 'gzip'],
      ['arch s390x not found', '-s', 'noble', '-a', 's390x', 'gzip'],
      ['Malformed package Gzip', '-s', 'noble', 'Gzip'],
      ['Malformed trigger', '-s', 'noble', '--trigger', 'gzip', 'gzip'],
      ['not compatible', '-s', 'noble', '--all-proposed', '--trigger', 'migration-reference/0', 'gzip'],
      ['Invalid environment', '-s', 'noble', '--env', 'A1=b|c', 'gzip'],
      ['Malformed PPA', '-s', 'noble', '--ppa', 'bot:hunter2@a1', 'gzip'],
      ['needs --swiftuser', '-s', 'noble', '--ppa', 'bot:hunter2@a1/b1', 'gzip'],
      ['Malformed build-git', '-s', 'noble', '--build-git', 'git@host:x', 'gzip'],
      ['Malformed build-git', '-s', 'noble', '--build-git', 'https://joe:1/x@git.example/x', 'gzip'],
      ['holds one package', '-s', 'noble', '--test-git', 'https://git.example/x', 'gzip', 'dpkg'],
      ['not a name on Launchpad', '-s', 'noble', '--requester', 'Joe Doe', 'gzip'],
      ['Invalid readable-by', '-s', 'noble', '--readable-by', '', 'gzip'],
    ]
    for (const [words, ...args] of cases) {
      const { status, stdout, stderr } = await request(...args)
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toContain(words)
      expect(stderr).not.toContain('hunter2')
    }
    expect((await request('gzip')).status).toBe(2)
  })
})

describe('api-key', () => {
  it('makes a key that is shown once, lists it and revokes it', async () => {
    const made = await apiKey('create', 'release-bot', '--expires', '365', '--json')
    expect([made.status, made.stderr]).toEqual([0, ''])
    const { name, key } = JSON.parse(made.stdout)
    expect([name, key]).toEqual(['release-bot', expect.stringMatching(/^[\w-]{43}$/)])
    expect(await withState(state => state.accounts.keyOwner(key, new Date()))).toBe('release-bot')

    const listed = await apiKey('list', '--json')
    expect(listed.stdout).not.toContain(key)
    const [row] = JSON.parse(listed.stdout)
    expect(Object.keys(row)).toEqual(['id', 'name', 'created', 'expires', 'lastUsed'])
    expect((await apiKey('list')).stdout).toMatch(
      /^[0-9a-f]{12}\trelease-bot\tcreated [\d-]{10}\texpires [\d-]{10}\tused [\d-]{10}\n$/,
    )

    expect((await apiKey('revoke', row.id)).status).toBe(0)
    expect(await withState(state => state.accounts.keyOwner(key, new Date()))).toBeUndefined()
    expect(await apiKey('revoke', row.id)).toMatchObject({
      status: 1,
      stderr: `there is no key ${row.id}\n`,
    })
  })

  it('prints the bare key for a shell, good for ever or until a day', async () => {
    const { stdout } = await apiKey('create', 'joe')
    expect(stdout).toMatch(/^[\w-]{43}\n$/)
    await apiKey('create', 'joe', '--expires', '2099-12-31')
    const rows = JSON.parse((await apiKey('list', '--json')).stdout)
    expect(rows.map((row: { expires: string | null }) => row.expires)).toEqual([
      null,
      '2099-12-31T00:00:00.000Z',
    ])
  })

  it('refuses a name that nobody has, and an end that is none', async () => {
    expect(await apiKey('create', 'Joe')).toMatchObject({ status: 1, stdout: '' })
    for (const end of ['0', 'soon', '2020-01-01', '2099-13-01']) {
      expect(await apiKey('create', 'joe', '--expires', end)).toMatchObject({ status: 2, stdout: '' })
    }
  })
})

describe('the commands in the documentation', () => {
  it('do what it says', async () => {
    const operating = readFileSync(join(import.meta.dirname, '../../docs/OPERATING.md'), 'utf8')
    const [, block = ''] = /## Requests\n\n```sh\n([\s\S]+?)```/.exec(operating) ?? []
    const lines = block.trim().split('\n')
    expect(lines).toHaveLength(5)
    for (const line of lines) {
      const [key] = JSON.parse((await apiKey('list', '--json')).stdout)
      const [, ...words] = line
        .replace(/ +#.*$/, '')
        .replace('0123456789ab', key?.id)
        .split(' ')
      expect([line, await run(...words, '--config', config)]).toMatchObject([line, { status: 0, stderr: '' }])
    }
    expect((await apiKey('list')).stdout).toBe('')
  })
})
