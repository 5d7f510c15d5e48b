import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Reads something of /proc; '' if the process has gone or is a zombie. */
function peek(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/** The living processes that have anything to do with a directory: by command line, environment or position. */
export function findProcesses(directory: string): string[] {
  return readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && pid !== String(process.pid))
    .filter(
      pid =>
        peek(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).includes(directory) ||
        peek(() => readFileSync(`/proc/${pid}/environ`, 'utf8')).includes(directory) ||
        peek(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(directory),
    )
}

/** 127.0.0.1 and ::1, as they are written in /proc/net/tcp and tcp6. */
const loopback = ['0100007F', '00000000000000000000000001000000']

/** The addresses on which processes listen: `loopback`, or what stands in /proc/net/tcp. */
export function findListeningAddresses(pids: readonly string[]): string[] {
  const sockets = new Set(
    pids.flatMap(pid =>
      peek(() => readdirSync(`/proc/${pid}/fd`).join(' '))
        .split(' ')
        .map(fd => peek(() => readlinkSync(`/proc/${pid}/fd/${fd}`))),
    ),
  )
  return ['tcp', 'tcp6'].flatMap(table =>
    readFileSync(`/proc/net/${table}`, 'utf8')
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => state === '0A' && sockets.has(`socket:[${inode}]`))
      .map(([, address]) => address?.split(':')[0] ?? '')
      .map(address => (loopback.includes(address) ? 'loopback' : address)),
  )
}
