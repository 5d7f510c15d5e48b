import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configFolder, OLDER, SWIFT } from '../../test/builders/config-file.ts'
import { fc } from '../../test/fuzz.ts'
import { readConfig } from './read-config.ts'
import { shownSetting } from './show.ts'

const folder = configFolder()

describe('problems', () => {
  it('are reported all at once, each with its file and line', () => {
    const { file, config, problems } = folder.read(
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
        line(12, '[amqp] trace: is not one of auto, off'),
        line(14, '[limits] streams: is not a whole number'),
        'AUTOPKGTEST_LOGIN_PROVIDER: [login] provider: is not one of openid, local',
      ]),
    )
  })

  it('name every missing key together', () => {
    const { file, problems } = folder.read(['[web]'])
    expect(problems).toEqual([`${file}: [web] releases: is missing`])
    expect(folder.read(['[web]', 'releases = noble']).problems.map(p => p.split(': ')[1])).toEqual([
      '[swift] os_auth_url',
      '[swift] os_username',
      '[swift] os_password',
      '[swift] os_project_name',
    ])
  })

  it('say that a named file is not there', () => {
    expect(readConfig({ file: join(folder.path, 'none'), env: {} }).problems).toEqual([
      `${folder.path}/none: there is no such file`,
    ])
  })

  it('are only warnings for keys and sections that do not exist', () => {
    const { file, config, warnings } = folder.read([
      ...OLDER,
      '[web]',
      'colour = red',
      '[telemetry]',
      'on = 1',
    ])
    expect(config).toBeDefined()
    expect(warnings).toEqual([
      `${file}:28: [web] colour: unknown key`,
      `${file}:30: [telemetry] on: unknown section`,
    ])
  })
})

describe('what is odd, though it works', () => {
  it('is a warning: a broker that no worker can reach, links that lead nowhere', () => {
    const lines = ['[web]', 'releases = noble', 'listen = 0.0.0.0:80', ...SWIFT]
    const { config, warnings } = folder.read(lines)
    expect(config?.web.baseUrl).toBe('http://localhost:80')
    expect(warnings).toEqual([
      expect.stringContaining('[amqp] uri: the embedded broker'),
      expect.stringContaining('[web] base_url: is missing'),
    ])
  })
})

describe('secrets', () => {
  it('that everybody can read are warned of, without being told', () => {
    const { file } = folder.read(OLDER)
    chmodSync(file, 0o644)
    const { warnings } = readConfig({ file, env: {} })
    expect(warnings).toEqual([expect.stringContaining('[amqp] uri, [swift] os_password')])
    expect(warnings.join()).not.toContain('secret')
  })

  it('in files of their own are looked at too', () => {
    const secrets = join(folder.path, 'secrets.json')
    writeFileSync(secrets, '{}', { mode: 0o644 })
    const { file, warnings } = folder.read([...OLDER.slice(0, -2), `secrets = ${secrets}`])
    expect(warnings).toEqual([
      `${file}:25: [github] secrets: every user of this host can read ${secrets}: chmod o-r`,
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
        const { problems, warnings, settings } = folder.read(place(secret))
        const shown = settings.map(setting => shownSetting(setting))
        expect(JSON.stringify([problems, warnings, shown])).not.toContain(secret)
      }),
    )
  })

  it('leave the rest of a URL readable', () => {
    const { settings } = folder.read(OLDER)
    expect(shownSetting(settings.find(s => s.section === 'amqp' && s.key === 'uri') as never)).toBe(
      'amqp://web:(set)@rabbit.example.org',
    )
  })
})
