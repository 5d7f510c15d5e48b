import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { constants, homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { Unavailable } from '../../domain/errors.ts'
import { callAfter } from './long-timer.ts'

/** How a run has ended. */
export interface Ending {
  /** Negative for a signal, as in its log. */
  readonly exitcode: number
  /** Whole seconds. */
  readonly seconds: number
}

export interface Program {
  readonly program: string
  readonly args: readonly string[]
  /** In the spool; the folder in which autopkgtest is called must be empty, as it looks for sources there. */
  readonly folder: string
  /** It is ended after this time, whatever it is doing: otherwise a run that hangs would occupy a slot for ever. */
  readonly limitMs: number
}

/** Its output if it cannot even begin; otherwise a part of its log. */
export const ERRORS = 'errors'
/** Between asking a run to end and killing it. */
const CLEAN_UP_MS = 120_000
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Groups of processes that run for us: a second SIGTERM, or a bug, ends them with us. */
const groups = new Set<number>()
process.on('exit', () => {
  for (const group of groups) kill(group, 'SIGTERM')
})

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // The group has ended
  }
}

/** Nothing of our own environment: it may contain the passwords of broker and store. */
function environment(): NodeJS.ProcessEnv {
  const { username } = userInfo()
  return { PATH, HOME: homedir(), USER: username, LOGNAME: username, LANG: 'C.UTF-8', TZ: 'UTC' }
}

/** Runs autopkgtest until it ends. Unavailable if it cannot be started at all. */
export async function runAutopkgtest({ program, args, folder, limitMs }: Program): Promise<Ending> {
  const cwd = join(folder, 'empty')
  mkdirSync(cwd, { recursive: true })
  const began = process.hrtime.bigint()
  // A file outlives this process: the end of a pipe would stop autopkgtest before it has closed its testbed
  const errors = openSync(join(folder, ERRORS), 'w')
  // A group of its own: Ctrl-C on a terminal is for this process, and lets the test finish
  const child = spawn(program, args, {
    cwd,
    detached: true,
    env: environment(),
    stdio: ['ignore', 'ignore', errors],
  })
  const limits: (() => void)[] = []
  try {
    const exitcode = await new Promise<number>((resolve, reject) => {
      child.once('error', error => reject(new Unavailable(`${program} cannot be started: ${error.message}`)))
      child.once('spawn', () => {
        const pid = child.pid as number
        groups.add(pid)
        limits.push(callAfter(limitMs, () => kill(pid, 'SIGTERM')))
        limits.push(callAfter(limitMs + CLEAN_UP_MS, () => kill(-pid, 'SIGKILL')))
      })
      child.once('exit', (code, name) => resolve(code ?? -constants.signals[name as NodeJS.Signals]))
    })
    const seconds = Number((process.hrtime.bigint() - began) / 1_000_000_000n)
    return { exitcode, seconds }
  } finally {
    for (const cancel of limits) cancel()
    if (child.pid !== undefined) {
      groups.delete(child.pid)
      kill(-child.pid, 'SIGKILL') // Processes that a test left in our group
    }
    closeSync(errors)
  }
}
