import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { readServiceManager } from '../../src/config/service-manager.ts'
import { aSite } from '../builders/site.ts'
import { describeWith } from '../servers/harness/describe-with.ts'

const ROOT = join(import.meta.dirname, '../..')

/** A service manager as sd_notify(3) has it: a datagram socket, here of Python's, whose messages are printed. */
const MANAGER = `
import socket, sys
peer = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
peer.bind(sys.argv[1])
print('bound', flush=True)
while True:
    print(peer.recv(4096).decode(), flush=True)
`

function start(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', data => {
      said += data
    })
  }
  return { child, said: () => said }
}

const daemonArgs = (config: string) => [
  ...['src/cli/main.ts', 'daemon', 'amqp-status-collector'],
  ...['--config', config],
]

describeWith(['systemd', 'clients'], 'a service manager', () => {
  it('is told that the program is ready, that it is alive, and that it stops', async () => {
    const site = aSite()
    const manager = start('/usr/bin/python3', ['-c', MANAGER, site.file('notify')])
    await vi.waitFor(() => expect(manager.said()).toContain('bound'), 15_000)
    const env = { NOTIFY_SOCKET: site.file('notify'), WATCHDOG_USEC: '600000' }
    const { child, said } = start(process.execPath, daemonArgs(site.config), env)
    await vi.waitFor(() => expect(manager.said()).toMatch(/READY=1(\s+(BARRIER=1\s+)?WATCHDOG=1){2}/), 30_000)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    await vi.waitFor(() => expect(manager.said()).toContain('STOPPING=1'), 10_000)
    expect(said()).not.toContain('cannot notify')
  }, 60_000)

  it('is no condition: that it cannot be told is logged once', async () => {
    const site = aSite()
    const env = { NOTIFY_SOCKET: site.file('nobody'), WATCHDOG_USEC: '600000' }
    const { child, said } = start(process.execPath, daemonArgs(site.config), env)
    await vi.waitFor(() => expect(said()).toContain('cannot notify the service manager of READY=1'), 30_000)
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited).toEqual([0, null])
    expect(said().match(/cannot notify the service manager/g)).toHaveLength(1)
  }, 60_000)
})

it('knows from its environment who waits for it', () => {
  const socket = { NOTIFY_SOCKET: '/run/systemd/notify' }
  expect(readServiceManager({})).toBeUndefined()
  expect(readServiceManager(socket)).toEqual({ watchdogMs: undefined })
  expect(readServiceManager({ ...socket, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '7' }, 7)).toEqual({
    watchdogMs: 60_000,
  })
  expect(readServiceManager({ ...socket, WATCHDOG_USEC: '60000000', WATCHDOG_PID: '8' }, 7)).toEqual({
    watchdogMs: undefined,
  })
  expect(readServiceManager({ ...socket, WATCHDOG_USEC: '-1' })).toEqual({ watchdogMs: undefined })
})
