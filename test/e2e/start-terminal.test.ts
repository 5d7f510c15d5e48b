import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../builders/databases.ts'

const ROOT = join(import.meta.dirname, '../..')

const started: ChildProcess[] = []
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
})

/**
 * `autopkgtest-web start` on a terminal of its own, which script(1) makes, in the place of its shell, which Ctrl-C would
 * end as well; what is typed goes to its input.
 */
function startOnTerminal(...options: readonly string[]) {
  const command = `exec bin/autopkgtest-web start --listen 127.0.0.1:0 --data-dir ${temporaryFolder()} ${options.join(' ')}`
  const child = spawn('script', ['-qfec', command, '/dev/null'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', TERM: 'xterm' },
  })
  started.push(child)
  let written = ''
  child.stdout.setEncoding('utf8').on('data', data => {
    written += data
  })
  return { child, written: () => written, type: (text: string) => child.stdin.write(text) }
}

const CTRL_C = '\x03'

describe('autopkgtest-web start on a terminal', () => {
  it('says in five lines what one wants to know, draws how the sample data come, and ends by Ctrl-C', async () => {
    const { child, written, type } = startOnTerminal()
    await vi.waitFor(() => expect(written()).toMatch(/\[#+\.*\] [\d,]+ of [\d,]+ made-up runs/), 240_000)
    const lines = stripVTControlCharacters(written())
      .split(/[\r\n]+/)
      .filter(line => line !== '')
      .slice(0, 5)
    expect(lines.map(line => line.slice(0, 9).trim())).toEqual([
      ...['Website', 'It shows', 'Data in', 'Sign in', 'To stop'],
    ])
    expect(written()).not.toContain('"level"')
    expect(written()).not.toContain('is listening on')
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(written())?.[0] ?? ''
    expect((await fetch(address)).status).toBe(200)
    type(CTRL_C)
    const [status] = await once(child, 'exit')
    expect(written()).toMatch(/Stopping: [\s\S]*Stopped\./)
    expect(status).toBe(0)
  }, 300_000)

  it('logs JSON there too where asked', async () => {
    const { written } = startOnTerminal('--json')
    await vi.waitFor(() => expect(written()).toContain('the website is listening on'), 120_000)
    const lines = written()
      .split('\r\n')
      .filter(line => line !== '')
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
    expect(written()).not.toContain('To stop')
  }, 180_000)
})
