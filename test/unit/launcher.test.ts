import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished, vi } from 'vitest'
import { temporaryFolder } from '../builders/databases.ts'

const ROOT = join(import.meta.dirname, '../..')
/** What the shell scripts use, and no Node. */
const TOOLS = ['sh', 'dirname', 'readlink', 'cmp', 'env', 'kill', 'cat']
const OLD = 'v20.19.2'
/** In front of the program: Node says that it is an old one, the processes that it starts do not. */
const BE_OLD = `delete process.env.NODE_OPTIONS
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${OLD.slice(1)}' } })`
/** The program: says what it is and what it was given, and waits for a signal if it shall. */
const PROGRAM = `
process.on('SIGHUP', () => console.log('hung up'))
if (process.argv[2] === 'wait' && process.argv[3] === 'nicely') process.on('SIGTERM', () => process.exit(7))
if (process.argv[2] === 'status') process.exitCode = Number(process.argv[3])
if (process.argv[2] === 'wait') setInterval(() => {}, 1000)
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), mmap: process.env.MALLOC_MMAP_THRESHOLD_ }))`

/** A checkout of nothing but the launcher and a program, and a PATH of nothing but `TOOLS`. */
function aCheckout() {
  const root = temporaryFolder()
  cpSync(join(ROOT, 'bin'), join(root, 'bin'), { recursive: true })
  for (const name of ['with-node', 'bring-node.mjs', 'node'])
    cpSync(join(ROOT, 'scripts', name), join(root, 'scripts', name), { recursive: true })
  mkdirSync(join(root, 'dist/cli'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'dist/cli/main.js'), PROGRAM)
  const tools = join(root, 'tools')
  mkdirSync(tools)
  for (const name of TOOLS) symlinkSync(`/usr/bin/${name}`, join(tools, name))
  return root
}

/** A program that answers `--version`, and is this Node otherwise; or one without TypeScript, as Debian builds it. */
function aNode(folder: string, version: string, typescript: 'strip' | 'false' = 'strip'): string {
  mkdirSync(folder, { recursive: true })
  const script = `#!/bin/sh
[ "$1" = --version ] && echo ${version} && exit
[ "$1 $2" = '-p process.features.typescript' ] && echo ${typescript} && exit
exec ${process.execPath} "$@"
`
  writeFileSync(join(folder, 'node'), script, { mode: 0o755 })
  return folder
}

function start(root: string, path: string[], command: string, ...args: string[]): ChildProcess {
  const env = { PATH: [...path, join(root, 'tools')].join(':') }
  const child = spawn(join(root, command), args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

async function run(root: string, path: string[], command: string, ...args: string[]) {
  const child = start(root, path, command, ...args)
  const [stdout, stderr, [status, signal]] = await Promise.all([
    text(child.stdout as NonNullable<typeof child.stdout>),
    text(child.stderr as NonNullable<typeof child.stderr>),
    once(child, 'close'),
  ])
  return { pid: child.pid, stdout, stderr, status: status as number | null, signal }
}

it.each([
  ['v22.18.0', true],
  ['v22.23.3', true],
  ['v24.0.0', true],
  ['v26.10.0', true],
  ['v22.17.1', false],
  ['v23.11.1', false],
  ['v20.20.2', false],
  ['v9.22.0', false],
  ['nonsense', false],
  ['v24.0.0-nightly', true],
])('Node %s runs the program: %s', async (version, isEnough) => {
  const root = aCheckout()
  const { status, stderr } = await run(root, [aNode(join(root, 'a'), version)], 'bin/autopkgtest-web')
  expect(status).toBe(isEnough ? 0 : 1)
  if (!isEnough)
    expect(stderr).toMatch(/^autopkgtest-web: no Node 22\.18 or newer is here: run "npm run build" in .+\n$/)
})

it('and package.json promise the same', () => {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  expect(engines.node).toBe('^22.18 || >=24')
  const own = JSON.parse(readFileSync(join(ROOT, 'scripts/node/package.json'), 'utf8'))
  const lock = JSON.parse(readFileSync(join(ROOT, 'scripts/node/package-lock.json'), 'utf8'))
  expect(lock.packages[''].optionalDependencies).toEqual(own.optionalDependencies)
  expect(Object.values(own.optionalDependencies)[0]).toMatch(/^24\./)
})

it('locks hold no address that packages come from, and the checksum of each', () => {
  for (const file of ['package-lock.json', 'scripts/node/package-lock.json']) {
    const lock = JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
    for (const [path, entry] of Object.entries<{ resolved?: string; integrity?: string }>(lock.packages)) {
      if (path === '') continue
      expect([path, entry.resolved, typeof entry.integrity]).toEqual([path, undefined, 'string'])
    }
  }
})

it('the launcher becomes the program, which holds less memory, also when called through a link', async () => {
  const root = aCheckout()
  symlinkSync(join(root, 'bin/autopkgtest-web'), join(root, 'link'))
  const path = [aNode(join(root, 'a'), 'v24.0.0')]
  for (const command of ['bin/autopkgtest-web', 'link']) {
    const { pid, stdout } = await run(root, path, command, 'status', '0', 'a b', '*')
    expect(JSON.parse(stdout)).toEqual({ pid, args: ['status', '0', 'a b', '*'], mmap: '131072' })
  }
})

it('the launcher takes the checkout’s Node, then the first on PATH that is new enough', async () => {
  const root = aCheckout()
  const [old, good] = [aNode(join(root, 'a b'), OLD), aNode(join(root, 'c'), 'v24.1.0')]
  expect((await run(root, [old, good], 'bin/autopkgtest-web')).status).toBe(0)
  rmSync(good, { recursive: true })
  expect((await run(root, [old], 'bin/autopkgtest-web')).status).toBe(1)
  aNode(join(root, '.node/bin'), 'v24.2.0')
  expect((await run(root, [old], 'bin/autopkgtest-web')).status).toBe(0)
})

it('the file that scripts name hands over to the launcher where Node is old, with arguments and status', async () => {
  const root = aCheckout()
  const path = [aNode(join(root, 'a'), 'v24.0.0')]
  writeFileSync(join(root, 'be-old.mjs'), BE_OLD)
  const env = [`NODE_OPTIONS=--import=${join(root, 'be-old.mjs')}`, join(root, 'bin/autopkgtest-web.js')]
  const { pid, stdout, stderr, status } = await run(root, path, 'tools/env', ...env, 'status', '3')
  expect([stderr, status]).toEqual(['', 3])
  expect(JSON.parse(stdout)).toMatchObject({ args: ['status', '3'], mmap: '131072' })
  expect(JSON.parse(stdout).pid).not.toBe(pid)
  rmSync(path[0] as string, { recursive: true })
})

it.each([
  ['nicely', 'SIGTERM', [7, null]],
  ['', 'SIGTERM', [null, 'SIGTERM']],
  ['', 'SIGINT', [null, 'SIGINT']],
] as const)('the file that scripts name passes signals on (%s, %s)', async (how, signal, end) => {
  const root = aCheckout()
  const path = [aNode(join(root, 'a'), 'v24.0.0')]
  writeFileSync(join(root, 'be-old.mjs'), BE_OLD)
  const env = [`NODE_OPTIONS=--import=${join(root, 'be-old.mjs')}`, join(root, 'bin/autopkgtest-web.js')]
  const child = start(root, path, 'tools/env', ...env, 'wait', how)
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', data => {
    said += data
  })
  await vi.waitFor(() => expect(said).toContain('pid'), 15_000)
  child.kill('SIGHUP')
  await vi.waitFor(() => expect(said).toContain('hung up'), 15_000)
  const ended = once(child, 'exit')
  child.kill(signal)
  expect(await ended).toEqual(end)
  const { pid } = JSON.parse(said.split('\n')[0] as string)
  expect(() => process.kill(pid, 0)).toThrow('ESRCH')
})

it('with-node puts a Node that is new enough first on PATH, and brings none where one is there', async () => {
  const root = aCheckout()
  const [old, good] = [aNode(join(root, 'a'), OLD), aNode(join(root, 'b'), 'v24.1.0')]
  const { stdout, stderr, status } = await run(root, [old, good], 'scripts/with-node', 'node', '--version')
  expect([stdout, stderr, status]).toEqual(['v24.1.0\n', '', 0])
})

it('with-node passes over a Node without TypeScript, which runs the built program all the same', async () => {
  const root = aCheckout()
  const [without, good] = [aNode(join(root, 'a'), 'v24.21.0', 'false'), aNode(join(root, 'b'), 'v24.1.0')]
  const sources = await run(root, [without, good], 'scripts/with-node', 'node', '--version')
  expect([sources.stdout, sources.status]).toEqual(['v24.1.0\n', 0])
  expect((await run(root, [without], 'bin/autopkgtest-web')).status).toBe(0)
  const none = await run(root, [without], 'scripts/with-node', 'node', '--version')
  expect(none.stderr).toMatch(/^Node v\S+ (?:was built without TypeScript|is too old): bringing/)
  expect(none.status).toBe(1)
})

it('with-node says it in one line where none can be brought, as there is no npm', async () => {
  const root = aCheckout()
  const { stdout, stderr, status } = await run(
    root,
    [aNode(join(root, 'a'), OLD)],
    'scripts/with-node',
    'node',
  )
  expect([stdout, status]).toEqual(['', 1])
  expect(stderr).toMatch(
    /^Node v\S+ is too old: bringing .+\nNo Node 22\.18 or newer could be brought: .+\n$/,
  )
})
