import { costOf } from '../lib/processes.ts'

/** What it costs a program to empty a queue. */
export interface Emptied {
  readonly perSecond: number
  /** Of the program, in milliseconds for each message. */
  readonly cpu: number
}

/**
 * Stops a program that has subscribed, has its queue filled, and lets it go on: neither the publisher nor its own start
 * takes a share of what is measured. `done` resolves when it is done with all `count`.
 */
export async function emptyFullQueue(
  program: { readonly pid: number },
  count: number,
  fill: () => Promise<void>,
  done: () => Promise<void>,
): Promise<Emptied> {
  process.kill(program.pid, 'SIGSTOP')
  try {
    await fill()
  } finally {
    process.kill(program.pid, 'SIGCONT')
  }
  const { cpu, seconds } = await costOf(program, done)
  return { perSecond: count / seconds, cpu: (1000 * cpu) / count }
}
