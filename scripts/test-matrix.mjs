/**
 * `npm run test:matrix [-- SUITE… --from FOLDER -- ARGUMENTS]`: runs `npm test` as a user would, in separate Debian
 * systems. Each is created in a folder and gets npm and git, a clone of the last commit, and nothing else. Takes an
 * hour each; needs root. `--from` names a folder with such a system, which is copied instead of creating one;
 * ARGUMENTS are passed on to `npm test`. Prints a row for the table of versions in docs/OPERATING.md for each suite;
 * fails if one of them does.
 */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { installDebianPackages } from './install-packages.mjs'

const root = join(import.meta.dirname, '..')
const SUITES = ['bookworm', 'trixie', 'forky']
/** What a machine must have according to the README, and git for the clone. */
const NEEDED = ['npm', 'git', 'ca-certificates']
/** The programs whose versions the table shows. */
const SHOWN = ['rabbitmq-server', 'postgresql', 'swift-proxy', 'keystone', 'autopkgtest']
const { NODE_EXTRA_CA_CERTS } = process.env
const CHECKOUT = '/srv/autopkgtest-web'

const end = process.argv.indexOf('--', 2)
const own = process.argv.slice(2, end < 0 ? undefined : end)
const passedOn = end < 0 ? [] : process.argv.slice(end + 1)
const { values: asked, positionals } = parseArgs({
  args: own,
  options: { from: { type: 'string' } },
  allowPositionals: true,
})
const suites = positionals.length > 0 ? positionals : SUITES
const unknown = suites.filter(suite => !SUITES.includes(suite))
if (unknown.length > 0) throw new Error(`there is no suite ${unknown.join(', ')}: ${SUITES.join(', ')}`)
if (process.getuid() !== 0) throw new Error('a system in a folder is made by root')
if (installDebianPackages(['packaging']).length > 0) throw new Error('mmdebstrap is missing')

/**
 * Mounts that only this one command sees, and that end with it: those that PostgreSQL and browsers need. Processes
 * that are left behind end with it too.
 */
const ENTER = [
  'mount --bind "$0" "$0"',
  'mount -t proc proc "$0/proc"',
  'mount --rbind /dev "$0/dev"',
  'mount -t tmpfs tmpfs "$0/dev/shm"',
  // Not chroot: inside one nobody may create namespaces, as testbeds and the test of the package do
  'cd "$0"',
  'pivot_root . mnt',
  'umount -l /mnt',
  'exec "$@"',
].join(' && ')

/** Runs a program within the system. Output goes to the file, and to the terminal. Returns its exit status. */
async function within(system, output, ...command) {
  const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, system, ...command]
  const own = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: '/root',
    CI: 'true',
  }
  const trust = NODE_EXTRA_CA_CERTS === undefined ? {} : { npm_config_cafile: NODE_EXTRA_CA_CERTS }
  const child = spawn('unshare', args, {
    env: { ...process.env, ...own, ...trust, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', data => {
      text = (text + data).slice(-100_000)
      output.write(data)
      process.stderr.write(data)
    })
  }
  const [status] = await once(child, 'exit')
  return { status: status ?? 1, text }
}

/** Copies files of this machine into the system, if they exist. */
function take(system, ...files) {
  for (const file of files) {
    if (file === undefined || !existsSync(file)) continue
    mkdirSync(dirname(join(system, file)), { recursive: true })
    copyFileSync(file, join(system, file))
  }
}

/** Creates a system with a clone, which resolves the names that this machine resolves. */
function make(suite, system) {
  const [program, ...args] = asked.from
    ? ['cp', '-a', asked.from, system]
    : ['mmdebstrap', '--variant=minbase', suite, system]
  const { status } = spawnSync(program, args, { stdio: ['ignore', process.stderr, process.stderr] })
  if (status !== 0) throw new Error(`${program} ended with ${status}`)
  take(system, '/etc/resolv.conf', '/etc/hosts')
  // It need not survive a power cut
  writeFileSync(join(system, 'etc/dpkg/dpkg.cfg.d/unsafe-io'), 'force-unsafe-io\n')
  const clone = ['clone', '--quiet', '--no-hardlinks', root, join(system, CHECKOUT)]
  if (spawnSync('git', clone, { stdio: ['ignore', process.stderr, process.stderr] }).status !== 0)
    throw new Error('the checkout could not be cloned')
}

/** Runs the tests in one suite; a row of the table. */
async function test(suite) {
  const folder = mkdtempSync(join(tmpdir(), `matrix-${suite}-`))
  const system = join(folder, suite)
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const output = createWriteStream(join(root, `test-results/matrix-${suite}.txt`))
  const run = (...command) => within(system, output, ...command)
  try {
    make(suite, system)
    await run('apt-get', 'update', '-q')
    const { status } = await run('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...NEEDED)
    if (status !== 0) throw new Error(`${NEEDED.join(', ')} can't be installed in ${suite}`)
    // After ca-certificates, which writes a file of the same name: the network here may have a certificate of its own
    take(system, NODE_EXTRA_CA_CERTS)
    const tested = await run('sh', '-c', `cd ${CHECKOUT} && npm test -- "$@"`, 'sh', ...passedOn)
    const outcome =
      /^\d+ passed, \d+ failed, \d+ skipped$/m.exec(tested.text)?.[0] ?? 'did not come to its end'
    const node = await run('sh', '-c', `cd ${CHECKOUT} && scripts/with-node node --version`)
    const shown = await run('dpkg-query', '-W', '-f', `\${Package} \${Version}\\n`, ...SHOWN)
    const versionOf = name => new RegExp(`^${name} (?:\\d+:)?([\\d.]+)`, 'm').exec(shown.text)?.[1] ?? '—'
    return { status: tested.status, row: [suite, node.text.trim(), ...SHOWN.map(versionOf), outcome] }
  } finally {
    output.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

const rows = []
for (const suite of suites) {
  const { status, row } = await test(suite)
  rows.push(row)
  if (status !== 0) process.exitCode = 1
}
const header = ['Debian', 'Node', ...SHOWN, 'tests']
for (const row of [header, header.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`)
