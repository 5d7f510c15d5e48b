import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fc } from '../../test/fuzz.ts'
import { readConfig } from './read-config.ts'
import { shownText } from './show.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Reads a file with these lines; nothing of this machine's own environment or files counts. */
function read(lines: readonly string[], env: Record<string, string> = {}, options = {}) {
  const file = join(dir, 'site.conf')
  writeFileSync(file, lines.join('\n'), { mode: 0o600 })
  return { ...readConfig({ file, env, ...options }), file }
}

const SWIFT = [
  '[swift]',
  'os_auth_url = https://keystone.example.org:5000/v3',
  'os_username = u',
  'os_password = p%ss',
  'os_project_name = proj',
  'os_project_domain_name = default',
  'os_user_domain_name = default',
  'os_identity_api_version = 3',
]

/** The file as the older website has it. */
const OLDER = [
  '[web]',
  'database=/home/ubuntu/autopkgtest.db',
  'database_public=/home/ubuntu/public/autopkgtest.db',
  'external_swift_url=https://objects.example.org/v1/AUTH_x/',
  'releases=jammy noble',
  '  questing',
  'stats_cache_dir=/var/cache/stats',
  'ppa_containers_cache_dir=/var/cache/ppas',
  'archive_url=http://archive.ubuntu.com/ubuntu/',
  'amqp_queue_cache=/var/lib/cache-amqp/queued.json',
  'running_cache=/run/amqp-status-collector/running.json',
  'alert=/etc/autopkgtest-website/alert.txt',
  'allowed_requestors=autopkgtest-requestors',
  '[amqp]',
  'uri=amqp://web:secret@rabbit.example.org',
  ...SWIFT,
  '[github]',
  'secrets=/etc/secrets.json',
  'status_credentials=/etc/credentials',
]

describe('the database', () => {
  const problemsOf = (database: string) =>
    read(['[web]', 'releases = noble', `database = ${database}`, '[storage]', `uri = file:${dir}`]).problems

  it('may be on one of several servers, each with a port of its own', () => {
    expect(problemsOf('postgres://web:secret@db1:5432,db2:5433/autopkgtest')).toEqual([])
    expect(problemsOf('postgres://db1,db2/autopkgtest')).toEqual([])
    expect(problemsOf('postgres:///autopkgtest')).toEqual([])
    expect(problemsOf('postgres://db1:5432,db2:port/autopkgtest')).toHaveLength(1)
  })
})

describe('credentials of the service manager', () => {
  const give = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o400 })
    return { CREDENTIALS_DIRECTORY: dir }
  }

  it('stand for the variables of their names, after the file and before the environment', () => {
    const env = give({
      autopkgtest_swift_os_password: 'from a credential\n',
      autopkgtest_amqp_uri: 'amqp://a',
    })
    const { settings, problems } = read([...SWIFT, '[web]', 'releases = noble'], {
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
    const { settings } = read(['[web]', 'releases = noble'], env)
    expect(settings.find(one => one.section === 'github' && one.key === 'secrets')?.text).toBe(
      join(dir, 'autopkgtest_github_secrets'),
    )
  })

  it('are a problem that is named where they cannot be read, and others of the unit do not matter', () => {
    const web = ['[web]', 'releases = noble', '[storage]', `uri = file:${join(dir, 'store')}`]
    expect(read(web, { CREDENTIALS_DIRECTORY: join(dir, 'absent') }).problems).toEqual([
      expect.stringContaining(join(dir, 'absent')),
    ])
    expect(read(web, give({ 'tls-key': 'x' })).problems).toEqual([])
    expect(read(web, give({ autopkgtest_amqp_uri: 'x'.repeat(70_000) })).problems).toEqual([
      expect.stringContaining('longer than any value'),
    ])
  })
})

describe('without any configuration', () => {
  it('runs on embedded engines in ./var, with sample data', () => {
    const { config, problems, warnings } = readConfig({ env: { HOME: dir } })
    expect([problems, warnings]).toEqual([[], []])
    expect(config).toMatchObject({
      sampleData: true,
      web: { listen: { host: '127.0.0.1', port: 8080 }, dataDir: join(process.cwd(), 'var') },
      backends: {
        database: { engine: 'sqlite', results: join(process.cwd(), 'var/autopkgtest.db') },
        broker: { engine: 'embedded', file: join(process.cwd(), 'var/broker.db') },
        store: { engine: 'filesystem', root: join(process.cwd(), 'var/store') },
      },
    })
  })

  it('takes address and data folder from the command line', () => {
    const { config } = readConfig({ env: { HOME: dir }, listen: '[::1]:0', dataDir: join(dir, 'd') })
    expect(config).toMatchObject({
      sampleData: true,
      web: { listen: { host: '::1', port: 0 }, dataDir: join(dir, 'd') },
      backends: { store: { root: join(dir, 'd/store') } },
    })
  })

  it('loads no sample data where the environment says where results are', () => {
    const env = { HOME: dir, AUTOPKGTEST_STORAGE_URI: `file:${dir}/s`, AUTOPKGTEST_WEB_RELEASES: 'noble' }
    expect(readConfig({ env }).config).toMatchObject({ sampleData: false, web: { releases: ['noble'] } })
  })
})

describe('the file of an older installation', () => {
  it('works as it is', () => {
    const { config, problems, warnings } = read(OLDER)
    expect([problems, warnings]).toEqual([[], []])
    expect(config).toMatchObject({
      sampleData: false,
      web: {
        releases: ['jammy', 'noble', 'questing'],
        externalSwiftUrl: 'https://objects.example.org/v1/AUTH_x',
      },
      backends: {
        database: { engine: 'sqlite', results: '/home/ubuntu/autopkgtest.db' },
        broker: { engine: 'rabbitmq', uri: 'amqp://web:secret@rabbit.example.org' },
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
          ppaContainers: '/var/cache/ppas/ppa_containers.json',
          alerts: '/etc/autopkgtest-website/alert.txt',
        },
      },
    })
  })

  it('yields to the environment, key by key', () => {
    const { config, settings } = read(OLDER, { AUTOPKGTEST_WEB_RELEASES: 'noble', AUTOPKGTEST_CORPUS: '/x' })
    expect(config?.web.releases).toEqual(['noble'])
    expect(settings.find(s => s.key === 'releases')?.origin).toBe('AUTOPKGTEST_WEB_RELEASES')
  })
})

describe('Swift', () => {
  it('is used as anybody where all that is known is its public address', () => {
    const { config, problems } = read([
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
  const readLocal = (lines: readonly string[]) => read([...LOCAL, ...lines])

  it('are those of Ubuntu and Launchpad where a file says nothing else', () => {
    expect(read(OLDER).config?.backends).toMatchObject({
      login: { engine: 'openid', openidUrl: 'https://login.ubuntu.com' },
      launchpad: { engine: 'http', apiUrl: 'https://api.launchpad.net/1.0' },
    })
  })

  it("are anybody's on one's own machine at the first look, and nobody's where others look too", () => {
    const first = { login: { engine: 'local' }, launchpad: { engine: 'static', uploaders: ['alice'] } }
    const open = { login: { engine: 'openid' }, launchpad: { engine: 'static', uploaders: [] } }
    const listening = (listen?: string) => readConfig({ env: { HOME: dir }, listen }).config?.backends
    expect(listening()).toMatchObject(first)
    expect(listening('[::1]:0')).toMatchObject(first)
    expect(listening('0.0.0.0:8080')).toMatchObject(open)
    expect(listening('[::]:8080')).toMatchObject(open)
    const behindProxy = { HOME: dir, AUTOPKGTEST_WEB_TRUSTED_PROXIES: '127.0.0.1' }
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
    ['trusted_proxies = 10.0.0.1', 'trusted_proxies says that others come through'],
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
    expect(read(LOCAL.slice(0, -1)).problems).toEqual([
      expect.stringContaining('[login] users: names nobody'),
    ])
  })
})

describe('problems', () => {
  it('are reported all at once, each with its file and line', () => {
    const { file, config, problems } = read(
      [
        '[web]',
        'listen = nowhere',
        'releases = no-ble',
        'trusted_proxies = 10.0.0.0/33',
        'base_url = ftp://x',
        'database = mysql://x/y',
        'broken line',
        '[storage]',
        'uri = s3:bucket',
        '[amqp]',
        'uri = http://rabbit',
        'trace = on',
        '[limits]',
        'streams = none',
      ],
      { AUTOPKGTEST_LOGIN_PROVIDER: 'ldap' },
    )
    expect(config).toBeUndefined()
    const line = (n: number, text: string) => expect.stringContaining(`${file}:${n}: ${text}`)
    expect(problems).toHaveLength(11)
    expect(problems).toEqual(
      expect.arrayContaining([
        line(2, '[web] listen: is not HOST:PORT'),
        line(3, '[web] releases: "no-ble"'),
        line(4, '[web] trusted_proxies: "10.0.0.0/33"'),
        line(5, '[web] base_url: is not a URL'),
        line(6, '[web] database: is neither'),
        line(7, 'is neither'),
        line(9, '[storage] uri: is neither'),
        line(11, '[amqp] uri: is neither'),
        line(12, '[amqp] trace: is none of auto, off'),
        line(14, '[limits] streams: is not a whole number'),
        'AUTOPKGTEST_LOGIN_PROVIDER: [login] provider: is none of openid, local',
      ]),
    )
  })

  it('name every missing key together', () => {
    const { file, problems } = read(['[web]'])
    expect(problems).toEqual([`${file}: [web] releases: is missing`])
    expect(read(['[web]', 'releases = noble']).problems.map(p => p.split(': ')[1])).toEqual([
      '[swift] os_auth_url',
      '[swift] os_username',
      '[swift] os_password',
      '[swift] os_project_name',
    ])
  })

  it('say that a named file is not there', () => {
    expect(readConfig({ file: join(dir, 'none'), env: {} }).problems).toEqual([
      `${dir}/none: there is no such file`,
    ])
  })

  it('are only warnings for keys and sections that do not exist', () => {
    const { file, config, warnings } = read([...OLDER, '[web]', 'colour = red', '[telemetry]', 'on = 1'])
    expect(config).toBeDefined()
    expect(warnings).toEqual([
      `${file}:28: [web] colour: there is no such key`,
      `${file}:30: [telemetry] on: there is no such section`,
    ])
  })
})

describe('what is odd, though it works', () => {
  it('is a warning: a broker that no worker can reach, links that lead nowhere', () => {
    const lines = ['[web]', 'releases = noble', 'listen = 0.0.0.0:80', ...SWIFT]
    const { config, warnings } = read(lines)
    expect(config?.web.baseUrl).toBe('http://localhost:80')
    expect(warnings).toEqual([
      expect.stringContaining('[amqp] uri: the embedded broker'),
      expect.stringContaining('[web] base_url: is missing'),
    ])
  })
})

describe('secrets', () => {
  it('that everybody can read are warned of, without being told', () => {
    const { file } = read(OLDER)
    chmodSync(file, 0o644)
    const { warnings } = readConfig({ file, env: {} })
    expect(warnings).toEqual([expect.stringContaining('[amqp] uri, [swift] os_password')])
    expect(warnings.join()).not.toContain('secret')
  })

  it('in files of their own are looked at too', () => {
    const secrets = join(dir, 'secrets.json')
    writeFileSync(secrets, '{}', { mode: 0o644 })
    const { file, warnings } = read([...OLDER.slice(0, -2), `secrets = ${secrets}`])
    expect(warnings).toEqual([
      `${file}:25: [github] secrets: everybody on this host can read ${secrets}: chmod o-r`,
    ])
  })

  it('are never in what is shown or complained about, wherever they were put', () => {
    const password = fc.stringMatching(/^[A-Za-z0-9%!*-]{1,12}$/).map(p => `XYZZY${p}`)
    const places = fc.constantFrom(
      (p: string) => ['[amqp]', `uri = amqp://user:${p}@host/vhost`],
      (p: string) => ['[amqp]', `uri = amqp//user:${p}@host`],
      (p: string) => ['[amqp]', `uri = amqp://${p}@host`],
      (p: string) => ['[amqp]', `uri = amqp://user:/${p}@host`],
      (p: string) => ['[amqp]', `${p}`],
      (p: string) => ['[swift]', `os_password = ${p}`],
      (p: string) => ['[swift]', 'os_password =', ` ${p}`],
      (p: string) => ['[swift]', `os_passwort = ${p}`],
      (p: string) => ['[swift]', `os_auth_url = https://u:${p}@keystone/v3`],
      (p: string) => ['[web]', `database = postgres://web:${p}@db/autopkgtest`],
      (p: string) => ['[web]', `database = postgres://db/autopkgtest?user=u&password=${p}`],
      (p: string) => ['[web]', `database = postgres//web:${p}@db`],
      (p: string) => ['[web]', `base_url = https://user:${p}@site`],
    )
    fc.assert(
      fc.property(places, password, (place, secret) => {
        const { problems, warnings, settings } = read(place(secret))
        const shown = settings.map(setting => shownText(setting))
        expect(JSON.stringify([problems, warnings, shown])).not.toContain(secret)
      }),
    )
  })

  it('leave the rest of a URL readable', () => {
    const { settings } = read(OLDER)
    expect(shownText(settings.find(s => s.section === 'amqp' && s.key === 'uri') as never)).toBe(
      'amqp://web:(set)@rabbit.example.org',
    )
  })
})
