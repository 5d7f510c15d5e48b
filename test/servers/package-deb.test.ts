import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '../eventually.ts'
import { describeWhereAllowed } from './harness/describe-with.ts'
import { reservePorts } from './harness/ports.ts'

const ROOT = join(import.meta.dirname, '../..')
/** A folder with a bare trixie to copy, in place of making one: some minutes less. */
const GIVEN = process.env.AUTOPKGTEST_TRIXIE
const LONG = 1_800_000
const DATA = '/var/lib/autopkgtest-web'
const CONFIG = '/etc/autopkgtest-website/autopkgtest-cloud.conf'

/** `/proc` is mounted for this one command: nothing is left to be taken away. */
const ENTER = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'

const forbidden = process.getuid?.() === 0 ? undefined : 'a system in a folder is made by root'

function run(program: string, ...args: readonly string[]): string {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
  return stdout
}

describeWhereAllowed(forbidden, ['packaging'], 'the Debian package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'package-deb-'))
  const system = join(folder, 'trixie')
  const inside = (path: string) => join(system, path)
  const chroot = (...args: readonly string[]) => ['--mount', 'sh', '-c', ENTER, system, ...args]
  const within = (...args: readonly string[]) => run('unshare', ...chroot(...args))
  const builds: string[] = []

  /** Builds a package of this version, and puts it into the system. */
  function build(version: string): string {
    const args = ['run', '--silent', 'package:deb', '--', '--output', folder, '--version', version]
    const file = run('npm', ...args)
      .trim()
      .split('\n')
      .at(-1) as string
    builds.push(file)
    return file
  }

  function install(file: string): string {
    cpSync(file, inside('/tmp/package.deb'))
    return within(
      'apt-get',
      'install',
      '-y',
      '-q',
      '-o',
      'Dpkg::Options::=--force-confold',
      '/tmp/package.deb',
    )
  }

  /** Runs what the unit of the website runs, as its user, until `check` has passed. */
  async function serve(port: number, check: (url: string) => Promise<void>): Promise<void> {
    const unit = readFileSync(inside('/usr/lib/systemd/system/autopkgtest-web-serve.service'), 'utf8')
    const value = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(unit)?.[1] as string
    const command = value('ExecStart')
      .replace(/ \$\w+/, '')
      .split(' ')
    const user = value('User')
    const as = ['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${value('Group')}`, '--init-groups']
    const child = spawn('unshare', chroot(...as, ...command), {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = once(child, 'exit')
    let said = ''
    child.stderr.on('data', data => {
      said += data
    })
    try {
      await eventually(() => expect(said).toContain('the website is listening on'))
      await check(`http://127.0.0.1:${port}`)
      child.kill('SIGTERM')
      expect((await ended)[0], said).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  }

  const pageOf = async (url: string) => {
    const answer = await fetch(url)
    return { status: answer.status, text: await answer.text() }
  }

  beforeAll(() => {
    if (GIVEN) run('cp', '-a', GIVEN, system)
    else run('mmdebstrap', '--variant=minbase', 'trixie', system)
    if (existsSync(inside('/etc/resolv.conf'))) cpSync('/etc/resolv.conf', inside('/etc/resolv.conf'))
    within('apt-get', 'update', '-q')
  }, LONG)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it(
    'has no fault that lintian calls an error',
    () => {
      const { status, stdout, stderr } = spawnSync('lintian', ['--fail-on', 'error', build('0.9.1')], {
        encoding: 'utf8',
      })
      expect([status, stdout.split('\n').filter(line => line.startsWith('E:'))], stderr).toEqual([0, []])
    },
    LONG,
  )

  it(
    'is installed, serves as its user, is upgraded with its data, removed and purged',
    async () => {
      const [first = build('0.9.1')] = builds
      install(first)
      expect(within('autopkgtest-web', '--version')).toMatch(/^\d/)
      expect(within('stat', '-c', '%U:%G %a', CONFIG)).toBe('root:autopkgtest-web 640\n')
      expect(within('stat', '-c', '%U %a', '/etc/autopkgtest-website/credentials')).toBe('root 700\n')

      const port = await reservePorts()
      const settings = `[web]\nreleases = trixie\narches = amd64\nlisten = 127.0.0.1:${port}\ndata_dir = ${DATA}\n[amqp]\nuri = embedded:\n[storage]\nuri = file:${DATA}/store\n`
      writeFileSync(inside(CONFIG), settings)
      // As systemd does for StateDirectory
      within('install', '-d', '-o', 'autopkgtest-web', '-g', 'autopkgtest-web', DATA)
      await serve(port, async url => {
        expect(await pageOf(url)).toMatchObject({ status: 200, text: expect.stringContaining('<!') })
      })
      const made = statSync(inside(`${DATA}/autopkgtest.db`)).ino
      const owner = `${within('stat', '-c', '%U', `${DATA}/autopkgtest.db`)}`
      expect(owner).toBe('autopkgtest-web\n')

      install(build('0.9.2'))
      expect(within('dpkg', '--status', 'autopkgtest-web')).toContain('Version: 0.9.2\n')
      expect(readFileSync(inside(CONFIG), 'utf8')).toBe(settings)
      expect(within('stat', '-c', '%U:%G %a', CONFIG)).toBe('root:autopkgtest-web 640\n')
      await serve(port, async url => {
        expect((await pageOf(`${url}/readyz`)).status).toBe(200)
      })
      expect(statSync(inside(`${DATA}/autopkgtest.db`)).ino).toBe(made)

      within('apt-get', 'remove', '-y', '-q', 'autopkgtest-web')
      expect(existsSync(inside('/usr/lib/autopkgtest-web'))).toBe(false)
      expect(existsSync(inside(CONFIG))).toBe(true)
      within('apt-get', 'purge', '-y', '-q', 'autopkgtest-web')
      expect(existsSync(inside('/etc/autopkgtest-website'))).toBe(false)
      expect(existsSync(inside(`${DATA}/autopkgtest.db`)), 'data stay').toBe(true)

      install(builds.at(-1) as string)
      within('env', 'AUTOPKGTEST_WEB_PURGE_DATA=yes', 'apt-get', 'purge', '-y', '-q', 'autopkgtest-web')
      expect(existsSync(inside(DATA)), 'unless they are to go').toBe(false)
    },
    LONG,
  )
})
