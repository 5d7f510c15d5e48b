import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from '../builders/command-line.ts'

const ROOT = join(import.meta.dirname, '../..')

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'cli-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Writes a configuration over the examples, with its data in a folder of its own. */
function writeConfig(...more: string[]): string {
  const file = join(dir, 'site.conf')
  const lines = [
    '[web]',
    'releases = bookworm trixie',
    'arches = amd64',
    `data_dir = ${join(dir, 'data')}`,
    ...more,
    '[storage]',
    `uri = file:${join(ROOT, 'examples')}`,
  ]
  writeFileSync(file, lines.join('\n'), { mode: 0o600 })
  return file
}

const COMMANDS = [
  ['start'],
  ['serve'],
  ['daemon'],
  ['download-all-results'],
  ['config', 'check'],
  ['config', 'show'],
  ['db', 'migrate'],
  ['db', 'check'],
  ['db', 'backup'],
  ['db', 'restore'],
  ['request'],
  ['queue', 'list'],
  ['queue', 'show'],
  ['queue', 'remove'],
  ['queue', 'restore'],
  ['release', 'seed'],
  ['release', 'remove'],
  ['alert', 'set'],
  ['alert', 'clear'],
  ['api-key', 'create'],
  ['api-key', 'list'],
  ['api-key', 'revoke'],
  ['log', 'sections'],
]

describe('a command that listens', () => {
  it.each([
    ['start', '--listen'],
    ['serve', '--listen'],
    ['daemon', 'stats', '--metrics'],
    ['worker', '--virt', 'schroot:bookworm', '--metrics'],
  ])('%s touches nothing while its port is taken', async (...command) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const config = writeConfig()
    try {
      const { status, stderr } = await run(...command, `127.0.0.1:${port}`, '--config', config)
      expect([status, stderr]).toEqual([
        1,
        `autopkgtest-web: port ${port} on 127.0.0.1 is already in use by another program: stop it, or use another port\n`,
      ])
      expect(readdirSync(dir)).toEqual(['site.conf'])
    } finally {
      other.close()
    }
  })
})

describe('every command', () => {
  it('has help with an example, --config and --version', async () => {
    for (const command of COMMANDS) {
      const { status, stdout } = await run(...command, '--help')
      expect(status).toBe(0)
      expect(stdout).toContain('--config <file>')
      expect(stdout).toContain('--version')
      expect(stdout).toMatch(new RegExp(`Examples?:\n +autopkgtest-web ${command.join(' ')}`))
    }
  })

  it('is listed in the help, which goes to stdout when it is asked for', async () => {
    const [asked, unasked, version] = [await run('--help'), await run(), await run('--version')]
    expect(asked.status).toBe(0)
    for (const [name] of COMMANDS) expect(asked.stdout).toContain(`  ${name}`)
    expect([unasked.status, unasked.stdout]).toEqual([2, ''])
    expect(unasked.stderr).toContain('Usage:')
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('ends with 2 for wrong usage, and says what is wrong on stderr', async () => {
    const wrong = [
      ['dance'],
      ['serve', '--colour'],
      ['serve', 'extra'],
      ['serve', '--listen', '8080'],
      ['serve', '--processes', '0'],
      ['start', '--processes', '65'],
      ['start', '--processes', 'many'],
      ['daemon'],
      ['daemon', 'no-such-daemon'],
      ['alert', 'set', '--level', 'loud', 'hello'],
    ]
    for (const args of wrong) {
      const { status, stdout, stderr } = await run(...args)
      expect([status, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/^error: /)
    }
  })
})

describe('the executable', () => {
  it('ends with the status of the command', async () => {
    const main = join(ROOT, 'src/cli/main.ts')
    const args = [main, 'config', 'check', '--config', join(dir, 'none')]
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' })
    expect(await once(child, 'exit')).toEqual([1, null])
  })
})

describe('config', () => {
  it('check reports everything that is wrong with file and line, and ends with 1', async () => {
    const file = writeConfig('listen = nowhere', 'metrics_allow = all')
    const { status, stdout, stderr } = await run('config', 'check', '--config', file)
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining(`${file}:5: [web] listen:`),
      expect.stringContaining(`${file}:6: [web] metrics_allow:`),
      '',
    ])
  })

  it('check says that it found no problems', async () => {
    const { status, stdout, stderr } = await run('config', 'check', '--config', writeConfig())
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('no problems found')
  })

  it('show prints what is in force as JSON, with where it comes from and no secret', async () => {
    const file = writeConfig('[swift]', 'os_password = hunter2', '[amqp]', 'uri = amqp://web:hunter2@rabbit')
    const { status, stdout, stderr } = await run('config', 'show', '--json', '--config', file)
    expect(status).toBe(0)
    expect(stdout + stderr).not.toContain('hunter2')
    const { settings } = JSON.parse(stdout)
    expect(settings).toContainEqual({
      section: 'swift',
      key: 'os_password',
      value: '(set)',
      from: `${file}:6`,
      help: 'for Keystone',
    })
    expect(settings).toContainEqual({
      section: 'web',
      key: 'listen',
      value: '127.0.0.1:8080',
      from: 'default',
      help: expect.stringContaining('HOST:PORT'),
    })
  })
})

describe('what cannot work is one sentence and no stack', () => {
  const sentence = /^autopkgtest-web: [^\n]+\n$/

  it('for a configuration file that is not there', async () => {
    const { status, stderr } = await run('serve', '--config', join(dir, 'none.conf'))
    expect([status, stderr]).toEqual([1, `autopkgtest-web: ${dir}/none.conf: there is no such file\n`])
  })

  it('for a data folder that cannot be made', async () => {
    const file = writeConfig()
    const { status, stderr } = await run('serve', '--config', file, '--data-dir', join(file, 'data'))
    expect(status).toBe(1)
    expect(stderr).toMatch(sentence)
    expect(stderr).toContain(`cannot write to ${join(file, 'data')}`)
  })
})

describe('alert', () => {
  it('sets, adds and clears the notices on every page', async () => {
    const file = writeConfig()
    const alerts = () => readFileSync(join(dir, 'data/alert.txt'), 'utf8')
    await run('alert', 'set', '--config', file, 'old')
    await run('alert', 'set', '--config', file, '--level', 'error', '--until', '2099-12-01', 'a: b: c')
    expect(alerts()).toBe('error:[until=2099-12-01] a: b: c\n')
    await run('alert', 'set', '--config', file, '--add', 'more')
    expect(alerts()).toBe('error:[until=2099-12-01] a: b: c\nwarning:more\n')
    await run('alert', 'clear', '--config', file)
    expect(alerts()).toBe('')
  })

  it('refuses a date that is none', async () => {
    const { status, stderr } = await run('alert', 'set', '--config', writeConfig(), '--since', 'monday', 'x')
    expect(status).toBe(1)
    expect(stderr).toContain('"monday" is not a date')
  })
})

describe('the databases', () => {
  it('are made, filled from the store, and sound', async () => {
    const file = writeConfig()
    expect((await run('db', 'migrate', '--config', file)).status).toBe(0)
    const first = await run('download-all-results', '--json', '--config', file)
    expect([first.status, first.stderr]).toEqual([0, ''])
    const found = JSON.parse(first.stdout)
    expect(found).toEqual({ new: expect.any(Number), known: 0, broken: [] })
    expect(found.new).toBeGreaterThan(40)
    const second = await run('download-all-results', '--json', '--config', file)
    expect(JSON.parse(second.stdout)).toEqual({ new: 0, known: found.new, broken: [] })
    const check = await run('db', 'check', '--json', '--config', file)
    expect([check.status, check.stdout]).toEqual([0, '{\n  "problems": []\n}\n'])
  })

  it('are filled as far as there are containers; the others are warned of', async () => {
    const options = ['--release', 'trixie', '--release', 'noble', '--no-log-heads']
    const { status, stdout, stderr } = await run(
      'download-all-results',
      ...options,
      '--config',
      writeConfig(),
    )
    expect(status).toBe(0)
    expect(stdout).toMatch(/^\d+ new, 0 known, 0 broken\n$/)
    expect(stderr).toBe('warning: there is no container autopkgtest-noble\n')
  })
})
