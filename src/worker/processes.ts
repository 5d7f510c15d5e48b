import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Since when a process runs, in ticks since the boot (proc_pid_stat(5), field 22); the name before may hold blanks. */
function startOf(pid: number | string): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || fields[0] === 'Z' ? undefined : fields[19]
}

const boot = (): string => read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''

/** This process, as no other is ever called: process ids are used again. */
export const thisProcess = (): string => `${process.pid} ${startOf(process.pid)} ${boot()}`

/** Whether the process that {@link thisProcess} named is still there. */
export function isAlive(name: string): boolean {
  const [pid = '', start, bootId] = name.split(' ')
  return bootId === boot() && start !== undefined && startOf(pid) === start
}

/** Processes whose command line names a folder of the spool; such names are used once. */
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
    // It has gone
  }
}

/**
 * Ends what an earlier worker started for a request and what outlived it: asks first, so that the testbed is closed in
 * good order, and insists after `gracePeriodMs`.
 */
export async function endProcessesOf(folder: string, gracePeriodMs: number): Promise<void> {
  const until = performance.now() + gracePeriodMs
  for (const pid of processesOf(folder)) signal(pid, 'SIGTERM')
  while (processesOf(folder).length > 0 && performance.now() < until) await sleep(100)
  for (const pid of processesOf(folder)) signal(pid, 'SIGKILL')
}
