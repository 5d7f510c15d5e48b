import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configFolder, OLDER, SWIFT } from '../../test/builders/config-file.ts'
import { readConfig } from './read-config.ts'

const folder = configFolder()

describe('the database', () => {
  const problemsOf = (database: string) =>
    folder.read([
      '[web]',
      'releases = noble',
      `database = ${database}`,
      '[storage]',
      `uri = file:${folder.path}`,
    ]).problems

  it('may be on one of several servers, each with a port of its own', () => {
    expect(problemsOf('postgres://web:secret@db1:5432,db2:5433/autopkgtest')).toEqual([])
    expect(problemsOf('postgres://db1,db2/autopkgtest')).toEqual([])
    expect(problemsOf('postgres:///autopkgtest')).toEqual([])
    expect(problemsOf('postgres://db1:5432,db2:port/autopkgtest')).toHaveLength(1)
  })
})

describe('credentials of the service manager', () => {
  const give = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files))
      writeFileSync(join(folder.path, name), text, { mode: 0o400 })
    return { CREDENTIALS_DIRECTORY: folder.path }
  }

  it('stand for the variables of their names, after the file and before the environment', () => {
    const env = give({
      autopkgtest_swift_os_password: 'from a credential\n',
      autopkgtest_amqp_uri: 'amqp://a',
    })
    const { settings, problems } = folder.read([...SWIFT, '[web]', 'releases = noble'], {
      ...env,
      AUTOPKGTEST_AMQP_URI: 'amqp://b',
    })
    expect(problems).toEqual([])
    expect(settings.find(one => one.key === 'os_password')).toMatchObject({
      text: 'from a credential',
      origin: 'the credential autopkgtest_swift_os_password',
    })
    expect(settings.find(one => one.section === 'amqp' && one.key === 'uri')?.text).toBe('amqp://b')
  })

  it('are themselves the files where a key names a file of secrets', () => {
    const env = give({ autopkgtest_github_secrets: '{"a": "b"}' })
    const { settings } = folder.read(['[web]', 'releases = noble'], env)
    expect(settings.find(one => one.section === 'github' && one.key === 'secrets')?.text).toBe(
      join(folder.path, 'autopkgtest_github_secrets'),
    )
  })

  it('are a problem that is named where they cannot be read, and others of the unit do not matter', () => {
    const web = ['[web]', 'releases = noble', '[storage]', `uri = file:${join(folder.path, 'store')}`]
    expect(folder.read(web, { CREDENTIALS_DIRECTORY: join(folder.path, 'absent') }).problems).toEqual([
      expect.stringContaining(join(folder.path, 'absent')),
    ])
    expect(folder.read(web, give({ 'tls-key': 'x' })).problems).toEqual([])
    expect(folder.read(web, give({ autopkgtest_amqp_uri: 'x'.repeat(70_000) })).problems).toEqual([
      expect.stringContaining('too long for a value'),
    ])
  })
})

describe('without any configuration', () => {
  it('runs on embedded engines in ./var, with sample data', () => {
    const { config, problems, warnings } = readConfig({ env: { HOME: folder.path } })
    expect([problems, warnings]).toEqual([[], []])
    expect(config).toMatchObject({
      sampleData: true,
      web: { listen: { host: '127.0.0.1', port: 8080 }, dataDir: join(process.cwd(), 'var') },
      backends: {
        databases: { results: { engine: 'sqlite', file: join(process.cwd(), 'var/autopkgtest.db') } },
        broker: { engine: 'embedded', file: join(process.cwd(), 'var/broker.db') },
        store: { engine: 'filesystem', root: join(process.cwd(), 'var/store') },
      },
    })
  })

  it('takes address and data folder from the command line', () => {
    const { config } = readConfig({
      env: { HOME: folder.path },
      listen: '[::1]:0',
      dataDir: join(folder.path, 'd'),
    })
    expect(config).toMatchObject({
      sampleData: true,
      web: { listen: { host: '::1', port: 0 }, dataDir: join(folder.path, 'd') },
      backends: { store: { root: join(folder.path, 'd/store') } },
    })
  })

  it('loads no sample data where the environment says where results are', () => {
    const env = {
      HOME: folder.path,
      AUTOPKGTEST_STORAGE_URI: `file:${folder.path}/s`,
      AUTOPKGTEST_WEB_RELEASES: 'noble',
    }
    expect(readConfig({ env }).config).toMatchObject({ sampleData: false, web: { releases: ['noble'] } })
  })
})

describe('the file of an older installation', () => {
  it('works as it is', () => {
    const { config, problems, warnings } = folder.read(OLDER)
    expect([problems, warnings]).toEqual([[], []])
    expect(config).toMatchObject({
      sampleData: false,
      web: {
        releases: ['jammy', 'noble', 'questing'],
        externalSwiftUrl: 'https://objects.example.org/v1/AUTH_x',
      },
      backends: {
        databases: { results: { engine: 'sqlite', file: '/home/ubuntu/autopkgtest.db' } },
        broker: { engine: 'rabbitmq', uri: 'amqp://web:secret@rabbit.example.org', look: 'auto' },
        store: {
          engine: 'swift',
          login: 'keystone',
          authUrl: 'https://keystone.example.org:5000/v3',
          username: 'u',
          password: 'p%ss',
          projectName: 'proj',
        },
        publishedFile: '/home/ubuntu/public/autopkgtest.db',
        archiveUrl: 'http://archive.ubuntu.com/ubuntu',
        snapshots: {
          running: '/run/amqp-status-collector/running.json',
          queued: '/var/lib/cache-amqp/queued.json',
          statistics: '/var/cache/stats/stats.json',
          machineTime: '/var/cache/stats/machine-time.json',
          ppaContainers: '/var/cache/ppas/ppa_containers.json',
          alerts: '/etc/autopkgtest-website/alert.txt',
        },
      },
    })
  })

  it('yields to the environment, key by key', () => {
    const { config, settings } = folder.read(OLDER, {
      AUTOPKGTEST_WEB_RELEASES: 'noble',
      AUTOPKGTEST_CORPUS: '/x',
    })
    expect(config?.web.releases).toEqual(['noble'])
    expect(settings.find(s => s.key === 'releases')?.origin).toBe('AUTOPKGTEST_WEB_RELEASES')
  })
})

describe('Swift', () => {
  it('is used as anybody where all that is known is its public address', () => {
    const { config, problems } = folder.read([
      '[web]',
      'releases = noble',
      '[amqp]',
      'uri = amqp://rabbit',
      '[swift]',
      'storage_url = https://objects.example.org/v1/AUTH_x/',
    ])
    expect(problems).toEqual([])
    expect(config?.backends.store).toEqual({
      engine: 'swift',
      login: 'anonymous',
      storageUrl: 'https://objects.example.org/v1/AUTH_x',
    })
  })
})

describe('login and permissions', () => {
  const LOCAL = [
    '[web]',
    'releases = noble',
    '[storage]',
    'uri = file:/x',
    '[login]',
    'provider = local',
    'users = joe',
  ]
  const readLocal = (lines: readonly string[]) => folder.read([...LOCAL, ...lines])

  it('are those of Ubuntu and Launchpad where a file says nothing else', () => {
    expect(folder.read(OLDER).config?.backends).toMatchObject({
      login: { engine: 'openid', openidUrl: 'https://login.ubuntu.com' },
      launchpad: { engine: 'http', apiUrl: 'https://api.launchpad.net/1.0' },
    })
  })

  it("are anybody's on one's own machine at the first look, and nobody's where others look too", () => {
    const first = { login: { engine: 'local' }, launchpad: { engine: 'static', uploaders: ['alice'] } }
    const open = { login: { engine: 'openid' }, launchpad: { engine: 'static', uploaders: [] } }
    const listening = (listen?: string) => readConfig({ env: { HOME: folder.path }, listen }).config?.backends
    expect(listening()).toMatchObject(first)
    expect(listening('[::1]:0')).toMatchObject(first)
    expect(listening('0.0.0.0:8080')).toMatchObject(open)
    expect(listening('[::]:8080')).toMatchObject(open)
    const behindProxy = { HOME: folder.path, AUTOPKGTEST_WEB_TRUSTED_PROXIES: '127.0.0.1' }
    expect(readConfig({ env: behindProxy }).config?.backends).toMatchObject(open)
  })

  it('can be a list of names', () => {
    const { config, problems } = readLocal([
      '[launchpad]',
      'provider = static',
      'static_uploaders = joe jane',
    ])
    expect(problems).toEqual([])
    expect(config?.backends).toMatchObject({
      login: { engine: 'local', users: ['joe'] },
      launchpad: { engine: 'static', uploaders: ['joe', 'jane'] },
    })
  })

  it.each([
    ['trusted_proxies = 10.0.0.1', 'trusted_proxies says that requests come through a proxy'],
    ['base_url = https://ci.example.org', 'not a loopback address'],
    ['base_url = http://127.0.0.1.example.org', 'not a loopback address'],
    ['base_url = http://localhost@example.org', 'not a loopback address'],
    ['listen = 0.0.0.0:80', 'not a loopback address'],
    ['listen = [::]:80', 'not a loopback address'],
  ])('are no list of names with %s', (line, reason) => {
    const { config, problems } = readLocal(['[web]', line])
    expect(config).toBeUndefined()
    expect(problems).toEqual([expect.stringContaining(reason)])
  })

  it.each(['http://localhost:8080', 'http://127.0.0.1', 'http://127.1.2.3:1', 'http://[::1]:8080'])(
    'may be a list of names at %s',
    url => {
      expect(readLocal(['[web]', `base_url = ${url}`]).problems).toEqual([])
    },
  )

  it('need a name in the list', () => {
    expect(folder.read(LOCAL.slice(0, -1)).problems).toEqual([
      expect.stringContaining('[login] users: names no user'),
    ])
  })
})
