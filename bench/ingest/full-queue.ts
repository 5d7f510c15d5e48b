import { costOf } from '../lib/processes.ts'

/** The cost of emptying a queue for a program. */
export interface Emptied {
  readonly perSecond: number
  /** Of the program, in milliseconds for each message. */
  readonly cpu: number
}

/**
 * Stops a program that has subscribed, has its queue filled, and lets it continue: neither the publisher nor the
 * program's own start is part of the measurement. `done` resolves when it has handled all `count`.
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
