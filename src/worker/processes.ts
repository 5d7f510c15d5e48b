import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * When a process started, in ticks since the boot (proc_pid_stat(5), field 22); the name before it may contain
 * blanks.
 */
function startOf(pid: number | string): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
}

const boot = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''

/** A name for this process that no other process ever gets: process ids are reused. */
export const thisProcess = (): string => `${process.pid} ${startOf(process.pid)} ${boot()}`

/** Whether the process that {@link thisProcess} named still exists. */
export function isAlive(name: string): boolean {
  const [pid = '', start, bootId] = name.split(' ')
  return bootId === boot() && start !== undefined && startOf(pid) === start
}

/** Processes whose command line names a folder of the spool; such names are used only once. */
function processesOf(folder: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
    .filter(pid => startOf(pid) !== undefined && read(`/proc/${pid}/cmdline`)?.includes(folder))
    .map(Number)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // The process has ended
  }
}

/**
 * Ends what an earlier worker started for a request and what outlived it: asks first, so that the testbed is closed
 * in good order, and kills it after `gracePeriodMs`.
 */
export async function endProcessesOf(folder: string, gracePeriodMs: number): Promise<void> {
  const until = performance.now() + gracePeriodMs
  for (const pid of processesOf(folder)) signal(pid, 'SIGTERM')
  while (processesOf(folder).length > 0 && performance.now() < until) await sleep(100)
  for (const pid of processesOf(folder)) signal(pid, 'SIGKILL')
}
