import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { DAEMONS } from '../../src/daemons/index.ts'
import { routes } from '../../src/web/routes.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Every text for people in the project. */
const TEXTS = ['README.md', 'CHANGELOG.md', 'examples/README.md']
for (const file of readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })) {
  if (file.endsWith('.md')) TEXTS.push(join('docs', file))
}

describe('the documentation', () => {
  it('names every key of the configuration', () => {
    const operating = read('docs/OPERATING.md')
    const keys = Object.values(SETTINGS).flatMap(section => Object.keys(section))
    expect(keys.filter(key => !operating.includes(`\`${key}\``) && !operating.includes(` ${key}\``))).toEqual(
      [],
    )
  })

  it('names every daemon', () => {
    const operating = read('docs/OPERATING.md')
    expect(DAEMONS.map(one => one.name).filter(name => !operating.includes(`| \`${name}\` |`))).toEqual([])
  })

  it('names every address that is for programs, with capitals for what varies', () => {
    const api = read('docs/API.md').replaceAll(/\b[A-Z][A-Z0-9_]*\b/g, '*')
    const addresses = Object.values(routes)
      .map(route => route.label.replace(':feed', 'feed.atom').replaceAll(/:\w+/g, '*'))
      .filter(address => /\.(?:json|csv|txt|svg|atom)$/.test(address))
    expect(addresses.length).toBeGreaterThan(30)
    expect(
      addresses.filter(address => !api.includes(`${address}\``) && !api.includes(`${address}?`)),
    ).toEqual([])
  })

  it('says what each folder of the sources is for, and names files that are there', () => {
    const architecture = read('docs/ARCHITECTURE.md')
    const [, layers = ''] = /\nsrc\/\n(.*?)\n {2}log\.ts/s.exec(architecture) ?? []
    const said = new Map(layers.split(/\n {2}(?! )/).map(text => [/^ *(\w+)\//.exec(text)?.[1] ?? '', text]))
    const folders = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
      .filter(one => one.isDirectory())
      .map(one => relative(join(ROOT, 'src'), join(one.parentPath, one.name)))
      .filter(folder => !/^web\/pages\/\w+\//.test(folder))
    const isSaid = (folder: string): boolean =>
      new RegExp(`(?<![\\w/-])${basename(folder)}/`).test(said.get(folder.split('/')[0] ?? '') ?? '')
    expect(folders.length).toBeGreaterThan(80)
    expect(folders.filter(folder => !isSaid(folder))).toEqual([])
    const named = [
      ...architecture.matchAll(
        /`((?:backends|web|daemons|operations|queries|contracts|worker)\/[\w./-]+\.ts)`/g,
      ),
    ]
    expect(named.length).toBeGreaterThan(10)
    expect(named.map(([, path = '']) => path).filter(path => !existsSync(join(ROOT, 'src', path)))).toEqual(
      [],
    )
  })

  it('says what each table of the derived database is, and draws it', () => {
    const developing = read('docs/DEVELOPING.md')
    const steps = readdirSync(join(ROOT, 'migrations/derived')).filter(name => name.endsWith('.sqlite.sql'))
    const made = steps.flatMap(name => [
      ...read(`migrations/derived/${name}`).matchAll(/CREATE (?:VIRTUAL )?TABLE (\w+)|RENAME TO (\w+)/g),
    ])
    const renamed = new Set(['place', 'fact', 'wanted'])
    const tables = made.flatMap(([, one, other]) => one ?? other ?? []).filter(name => !renamed.has(name))
    expect(tables.length).toBeGreaterThan(20)
    const [, picture = ''] = /## The derived database\n.*?```\n(.*?)```/s.exec(developing) ?? []
    expect(tables.filter(name => !developing.includes(`\`${name}\``))).toEqual([])
    const drawn = tables.filter(name => !/progress|_search/.test(name))
    expect(drawn.filter(name => !new RegExp(`\\b${name}\\b`).test(picture))).toEqual([])
  })

  it('links to files that are there', () => {
    const broken = TEXTS.flatMap(text =>
      [...read(text).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(found => found[1] as string)
        .filter(link => !link.includes('://'))
        .filter(link => !existsSync(resolve(ROOT, dirname(text), link)))
        .map(link => `${text}: ${link}`),
    )
    expect(broken).toEqual([])
  })

  it('shows a configuration that is right', () => {
    const dir = mkdtempSync(join(tmpdir(), 'docs-'))
    const file = join(dir, 'site.conf')
    const example = /```ini\n([\s\S]+?)```/.exec(read('README.md'))?.[1] ?? ''
    writeFileSync(file, example, { mode: 0o600 })
    const { problems, warnings } = readConfig({ file, env: {} })
    rmSync(dir, { recursive: true })
    expect([problems, warnings]).toEqual([[], []])
  })

  it('shows the two commands on the first screen of the README', () => {
    const screen = read('README.md').split('\n').slice(0, 15).join('\n')
    expect(screen).toContain('npm start')
    expect(screen).toContain('npm test')
  })
})

describe('the examples', () => {
  it('are 2 MB at most, as they come with every copy', () => {
    const files = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' })
    const bytes = files.map(file => statSync(join(ROOT, 'examples', file)).size)
    expect(bytes.reduce((sum, size) => sum + size)).toBeLessThan(2_000_000)
  })
})
