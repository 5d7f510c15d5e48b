import { readFileSync } from 'node:fs'

/** Clock ticks per second, which are the same on every Linux machine. */
const TICKS = 100

/** Seconds of processor time that a process, with all its threads, has used so far. */
function cpuOf({ pid }: { readonly pid: number }): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

/** The result of `work`, and the processor time that a process used meanwhile. */
export async function costOf<T>(
  program: { readonly pid: number },
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly cpu: number; readonly seconds: number }> {
  const [cpu, started] = [cpuOf(program), performance.now()]
  const value = await work()
  return { value, cpu: cpuOf(program) - cpu, seconds: (performance.now() - started) / 1000 }
}
