import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { DAEMONS } from '../../src/daemons/index.ts'
import { temporaryFolder } from '../builders/databases.ts'
import { describeWith } from '../servers/harness/describe-with.ts'

const ROOT = join(import.meta.dirname, '../..')
const UNITS = join(ROOT, 'deploy/systemd')
const unit = (name: string) => readFileSync(join(UNITS, name), 'utf8')
const SERVICES = readdirSync(UNITS).filter(name => name.endsWith('.service'))

/** The units, with the program where this checkout has it, and the template as one daemon's. */
function installUnits(): string {
  const folder = temporaryFolder()
  for (const name of readdirSync(UNITS)) {
    const text = unit(name).replaceAll('/usr/bin/autopkgtest-web', join(ROOT, 'bin/autopkgtest-web'))
    writeFileSync(join(folder, name.replace('@.', '@stats.')), text)
  }
  cpSync(join(folder, 'autopkgtest-web@stats.service'), join(folder, 'autopkgtest-web@.service'))
  return folder
}

function analyze(folder: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync('/usr/bin/systemd-analyze', [...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, said: stdout + stderr }
}

describe('the units of systemd', () => {
  it('start every daemon and the website with the target', () => {
    const wanted = [...unit('autopkgtest-web.target').matchAll(/^Wants=autopkgtest-web@(.+)\.service$/gm)]
    expect(wanted.map(([, name]) => name).sort()).toEqual(DAEMONS.map(daemon => daemon.name).sort())
    expect(unit('autopkgtest-web.target')).toContain('Wants=autopkgtest-web-serve.service')
  })

  it.each(SERVICES)('%s is watched, and holds no secret in its environment', name => {
    expect(unit(name)).toMatch(/^Type=notify$/m)
    expect(unit(name)).toMatch(/^NotifyAccess=all$/m)
    expect(unit(name)).toMatch(/^WatchdogSec=\d+$/m)
    expect(unit(name)).toMatch(/^LoadCredential=autopkgtest:/m)
    expect(unit(name)).not.toMatch(/^Environment=/m)
  })

  it('differ in nothing but what they run, website and daemons', () => {
    const sandbox = (name: string) => unit(name).slice(unit(name).indexOf('Restart='))
    expect(sandbox('autopkgtest-web@.service')).toBe(sandbox('autopkgtest-web-serve.service'))
  })

  it('come with a configuration that is right', () => {
    const file = join(ROOT, 'deploy/debian/autopkgtest-cloud.conf')
    const { problems, warnings } = readConfig({ file, env: { AUTOPKGTEST_SWIFT_OS_PASSWORD: 'x' } })
    expect([problems, warnings]).toEqual([[], []])
  })
})

describeWith(['systemd'], 'the units of systemd, for systemd itself', () => {
  it('are right', () => {
    const folder = installUnits()
    const names = readdirSync(folder).filter(name => /^[^@]+(@stats)?\.(service|target)$/.test(name))
    const { status, said } = analyze(folder, 'verify', '--man=no', ...names.map(name => `./${name}`))
    expect([status, said.split('\n').filter(line => line.includes('autopkgtest-web'))]).toEqual([0, []])
  })

  it('would be called wrong if they were', () => {
    const folder = installUnits()
    const file = join(folder, 'autopkgtest-web-serve.service')
    writeFileSync(file, readFileSync(file, 'utf8').replace('WatchdogSec=60', 'WatchdogSec=soon'))
    expect(analyze(folder, 'verify', '--man=no', './autopkgtest-web-serve.service').said).toMatch(
      /Failed to parse (?:sec value|WatchdogSec=soon)/,
    )
  })

  it.each(['autopkgtest-web-serve.service', 'autopkgtest-web@stats.service'])('%s is confined', name => {
    const { said } = analyze(installUnits(), 'security', '--offline=yes', '--no-pager', `./${name}`)
    expect(Number(/Overall exposure level for \S+: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(2)
  })

  it('get the folders that they expect', () => {
    const root = temporaryFolder()
    const file = join(UNITS, 'autopkgtest-web.tmpfiles')
    const { status, stderr } = spawnSync('/usr/bin/systemd-tmpfiles', ['--create', `--root=${root}`, file], {
      encoding: 'utf8',
    })
    // Whoever is not root may not give folders to root; they are made nevertheless
    if (process.getuid?.() === 0) expect([status, stderr]).toEqual([0, ''])
    const folder = join(root, 'etc/autopkgtest-website/credentials')
    expect(existsSync(folder) && statSync(folder).mode & 0o777).toBe(0o700)
  })
})
