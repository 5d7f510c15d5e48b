import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../..')
/** Prints whether `dist/` is made from the sources as they are. */
const ASK_BUILT = `import { isBuilt } from './scripts/built.mjs'; process.exit(isBuilt() ? 0 : 1)`

/** Builds if the sources have changed since: these tests are of the program as it is delivered. */
export function buildIfNeeded(): void {
  const options = { cwd: ROOT, encoding: 'utf8' } as const
  if (spawnSync(process.execPath, ['--input-type=module', '--eval', ASK_BUILT], options).status === 0) return
  const build = spawnSync('npm', ['run', '--silent', 'build'], options)
  if (build.status !== 0) throw new Error(`the build failed: ${build.stdout}${build.stderr}`)
}

/** The program, in a process of its own. */
export interface Program {
  readonly pid: number
  /** All that it has written to stderr so far. */
  said(): string
  /** Resolves when it has ended. */
  readonly ended: Promise<Ended>
  /** Sends a signal (SIGTERM) and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<Ended>
}

export interface Ended {
  /** Null if a signal ended it. */
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

const started = new Set<ChildProcess>()

/** Starts `autopkgtest-web ARGS…`, with nothing of our environment but what it needs. */
export function startProgram(...args: readonly string[]): Program {
  return startProgramWith({}, ...args)
}

/** The same, with some settings from the environment. */
export function startProgramWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Program {
  return startProgramAs({}, env, ...args)
}

/** The same, as another user if one is given. */
export function startProgramAs(
  user: { readonly uid?: number; readonly gid?: number },
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Program {
  return spawnProgram(ROOT, { ...user, env }, args)
}

/** The same of another installation. */
export function startProgramOf(root: string, ...args: readonly string[]): Program {
  return spawnProgram(root, {}, args)
}

function spawnProgram(
  root: string,
  {
    env,
    ...user
  }: { readonly uid?: number; readonly gid?: number; readonly env?: Readonly<Record<string, string>> },
  args: readonly string[],
): Program {
  const child = spawn(join(root, 'bin/autopkgtest-web'), args, {
    cwd: root,
    ...user,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TZ: 'Asia/Kolkata', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  started.add(child)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', data => {
    stderr += data
  })
  const ended = Promise.all([once(child, 'close'), text(child.stdout)]).then(([[status], stdout]) => {
    started.delete(child)
    return { status: status as number | null, stdout, stderr }
  })
  return {
    pid: child.pid as number,
    said: () => stderr,
    ended,
    end(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

/** Runs a command to its end. */
export function runProgram(...args: readonly string[]): Promise<Ended> {
  return startProgram(...args).ended
}

/** For `afterAll`: ends what is still running. */
export async function endPrograms(): Promise<void> {
  await Promise.all(
    [...started].map(async child => {
      const closed = once(child, 'close')
      child.kill('SIGKILL')
      await closed
    }),
  )
}

export interface SiteProgram extends Program {
  /** `http://127.0.0.1:PORT`, without a slash at the end. */
  readonly url: string
}

const LISTENS = /the website is listening on (http:\S+?)\/"/

/** Starts a program that serves the website, `start …` or `serve …`, and waits until it listens. */
export function startSite(...args: readonly string[]): Promise<SiteProgram> {
  return startSiteWith({}, ...args)
}

/** The same, with some settings from the environment. */
export function startSiteWith(
  env: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<SiteProgram> {
  return untilItListens(startProgramWith(env, ...args))
}

/** Waits until a program that serves the website listens. */
export async function untilItListens(program: Program): Promise<SiteProgram> {
  const url = () => LISTENS.exec(program.said())?.[1]
  await Promise.race([
    program.ended,
    (async () => {
      while (url() === undefined && started.size > 0) await new Promise(resolve => setTimeout(resolve, 20))
    })(),
  ])
  const found = url()
  if (found === undefined) throw new Error(`the website does not listen: ${program.said()}`)
  return { ...program, url: found }
}

/** Bytes of memory that a process has resident now, and had at most. */
export function memoryOf({ pid }: Pick<Program, 'pid'>): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const bytes = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1])
  return { now: bytes('VmRSS'), most: bytes('VmHWM') }
}
