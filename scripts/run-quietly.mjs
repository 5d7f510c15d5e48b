import { spawn } from 'node:child_process'
import { progressBar } from '../src/cli/runtime/progress-bar.ts'

const LOOK_MS = 200
/** How much of a failed program's output is shown, in characters. */
const KEPT = 20_000

/**
 * Runs a program that asks nothing behind a progress bar: its output is shown only if it fails. Resolves to whether
 * it succeeded.
 * @param {readonly string[]} command the program and its arguments
 * @param {{ cwd: string, what: string, progress: () => { done: number, total: number } }} options `what` names the
 * work, such as `Building`, and `progress` tells how far it is
 */
export async function runQuietly([program, ...args], { cwd, what, progress }) {
  const bar = progressBar(process.stderr)
  const began = performance.now()
  const draw = () => {
    const { done, total } = progress()
    const seconds = Math.round((performance.now() - began) / 1000)
    // If everything is there, it may still be in progress
    bar.show(Math.min(done, total - 1), total, `${what}… ${seconds} s`)
  }
  const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const keep = text => {
    said = (said + text).slice(-KEPT)
  }
  child.stdout.setEncoding('utf8').on('data', keep)
  child.stderr.setEncoding('utf8').on('data', keep)
  draw()
  const timer = setInterval(draw, LOOK_MS)
  const succeeded = await new Promise(resolve => {
    child.once('error', error => {
      keep(`${error.message}\n`)
      resolve(false)
    })
    child.once('close', status => resolve(status === 0))
  })
  clearInterval(timer)
  bar.clear()
  if (!succeeded) process.stderr.write(said)
  return succeeded
}
