/** `npm run package:deb [-- --output FOLDER --version VERSION --without-node]`: a Debian package of the build. */
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import { isBuilt } from './built.mjs'
import { bashCompletion } from './package/completion.ts'
import { manPage } from './package/man-page.ts'

const root = join(import.meta.dirname, '..')
const parts = join(root, 'deploy/debian/package')
const { values: asked } = parseArgs({
  options: {
    output: { type: 'string', default: join(root, 'packages') },
    version: { type: 'string' },
    'without-node': { type: 'boolean', default: false },
  },
})

const run = (program, ...args) => execFileSync(program, args, { cwd: root, encoding: 'utf8' }).trim()
const read = path => readFileSync(path, 'utf8')

/** The time of the version: the same checkout gives the same package. */
function madeAt() {
  const { SOURCE_DATE_EPOCH } = process.env
  if (SOURCE_DATE_EPOCH !== undefined) return new Date(1000 * Number(SOURCE_DATE_EPOCH))
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' })
  return status === 0 ? new Date(1000 * Number(stdout)) : statSync(join(root, 'package.json')).mtime
}

const version = asked.version ?? JSON.parse(read(join(root, 'package.json'))).version
if (!/^[0-9][A-Za-z0-9.+~]*$/.test(version)) throw new Error(`${version} is no version of a Debian package`)
const arch = run('dpkg', '--print-architecture')
const date = madeAt()
const maintainer = `${process.env.DEBFULLNAME ?? 'autopkgtest-web maintainers'} <${process.env.DEBEMAIL ?? 'maintainers@autopkgtest-web.test'}>`

if (!isBuilt()) await import('./build.mjs')

const stage = mkdtempSync(join(tmpdir(), 'autopkgtest-web-deb-'))
const lib = join(stage, 'usr/lib/autopkgtest-web')

function put(path, text, mode = 0o644) {
  const file = join(stage, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { mode })
  chmodSync(file, mode)
}

function copy(from, path, filter = () => true) {
  mkdirSync(dirname(join(stage, path)), { recursive: true })
  cpSync(join(root, from), join(stage, path), { recursive: true, filter })
}

/** The packages needed at run time, without files that only their own builds and tests need. */
function copyDependencies() {
  const listed = run('npm', 'ls', '--omit=dev', '--all', '--parseable')
    .split('\n')
    .slice(1)
    // Headers, for people who compile the driver
    .filter(folder => !folder.endsWith('/node-addon-api'))
  const prebuilt = `linux-${process.arch}.node`
  for (const folder of listed) {
    const name = relative(join(root, 'node_modules'), folder)
    copy(relative(root, folder), join('usr/lib/autopkgtest-web/node_modules', name), from => {
      const inside = relative(folder, from)
      if (/(^|\/)(node_modules|\.github|\.vscode|test|tests|__tests__|docs|benchmarks?)(\/|$)/.test(inside))
        return false
      if (/\.(map|d\.[cm]?ts|ts|html|sh)$|(^|\/)\.[^/]+$|^bin\.js$/.test(inside)) return false
      if (!folder.endsWith('/better-sqlite3')) return true
      if (/^(deps|src|binding\.gyp)(\/|$)/.test(inside)) return false
      return dirname(inside) !== 'prebuilds' || basename(inside) === prebuilt
    })
  }
}

async function copyProgram() {
  for (const path of ['bin', 'dist', 'migrations', 'examples', 'package.json'])
    copy(path, join('usr/lib/autopkgtest-web', path))
  copyDependencies()
  if (!asked['without-node']) copyNode()
  mkdirSync(join(stage, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/autopkgtest-web/bin/autopkgtest-web', join(stage, 'usr/bin/autopkgtest-web'))
}

/** The checkout's own Node, or the one that is running this: both are new enough. */
function copyNode() {
  const own = existsSync(join(root, '.node/bin/node')) ? join(root, '.node/bin/node') : process.execPath
  mkdirSync(join(lib, '.node/bin'), { recursive: true })
  cpSync(own, join(lib, '.node/bin/node'))
  const licence = [join(dirname(own), '../LICENSE'), '/usr/share/doc/nodejs/copyright'].find(existsSync)
  if (licence !== undefined) cpSync(licence, join(lib, '.node/LICENSE'))
}

function copyService() {
  for (const name of readdirSync(join(root, 'deploy/systemd'))) {
    const text = read(join(root, 'deploy/systemd', name))
    const kind = name.split('.').at(-1)
    if (kind === 'sysusers' || kind === 'tmpfiles') put(`usr/lib/${kind}.d/autopkgtest-web.conf`, text)
    else put(`usr/lib/systemd/system/${name}`, text)
  }
  put(
    'etc/autopkgtest-website/autopkgtest-cloud.conf',
    read(join(root, 'deploy/debian/autopkgtest-cloud.conf')),
    0o640,
  )
}

async function describe() {
  const doc = 'usr/share/doc/autopkgtest-web'
  const zipped = text => gzipSync(text, { level: 9 })
  for (const name of [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter(one => one.endsWith('.md'))
      .map(one => `docs/${one}`),
  ])
    put(join(doc, basename(name)), read(join(root, name)))
  put(join(doc, 'NEWS.md.gz'), zipped(read(join(root, 'CHANGELOG.md'))))
  put(join(doc, 'copyright'), read(join(parts, 'copyright')))
  const entry = `autopkgtest-web (${version}) unstable; urgency=medium\n\n  * What changed is in NEWS.md.gz.\n\n -- ${maintainer}  ${date.toUTCString().replace('GMT', '+0000')}\n`
  put(join(doc, 'changelog.gz'), zipped(entry))
  put('usr/share/lintian/overrides/autopkgtest-web', read(join(parts, 'lintian-overrides')))
  const { commandLine } = await import(pathToFileURL(join(root, 'dist/cli/runtime/command-line.js')))
  const program = await commandLine()
  const day = date.toISOString().slice(0, 10)
  put('usr/share/man/man1/autopkgtest-web.1.gz', zipped(manPage(program, version, day)))
  put('usr/share/bash-completion/completions/autopkgtest-web', bashCompletion(program))
}

/** Files belong to root and are readable by all, whatever the umask of the checkout; links stay. */
function normalise(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) normalise(path)
    else if (entry.isFile() && !path.startsWith(join(stage, 'etc'))) {
      const runs =
        /^#!/.test(readFileSync(path).subarray(0, 2).toString('latin1')) && dirname(path) === join(lib, 'bin')
      chmodSync(path, runs || path.endsWith('/.node/bin/node') ? 0o755 : 0o644)
    }
  }
  chmodSync(folder, 0o755)
}

function control() {
  const size = Math.ceil(
    Number(run('du', '-s', '--apparent-size', '--block-size=1', stage).split('\t')[0]) / 1024,
  )
  const values = {
    VERSION: version,
    ARCH: arch,
    MAINTAINER: maintainer,
    SIZE: size,
    NODE: asked['without-node'] ? 'nodejs (>= 22.18), ' : '',
  }
  put(
    'DEBIAN/control',
    read(join(parts, 'control')).replace(/@([A-Z]+)@/g, (_, name) => String(values[name])),
  )
  put('DEBIAN/conffiles', '/etc/autopkgtest-website/autopkgtest-cloud.conf\n')
  for (const name of ['postinst', 'prerm', 'postrm']) put(`DEBIAN/${name}`, read(join(parts, name)), 0o755)
  const sums = run(
    'sh',
    '-c',
    `cd '${stage}' && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum`,
  )
  put('DEBIAN/md5sums', `${sums}\n`)
}

try {
  await copyProgram()
  copyService()
  await describe()
  normalise(stage)
  control()
  const output = resolve(asked.output)
  mkdirSync(output, { recursive: true })
  const file = join(output, `autopkgtest-web_${version}_${arch}.deb`)
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', stage, file], {
    stdio: ['ignore', process.stderr, process.stderr],
    env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
  })
  process.stdout.write(`${file}\n`)
} finally {
  rmSync(stage, { recursive: true, force: true })
}
