#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 node --max-semi-space-size=16
// For scripts that name this file; `autopkgtest-web` beside it finds the Node to run it with.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Those that a process can have a say in, and that mean something to ours or to Node. */
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']

function isOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  return major < 22 || major === 23 || (major === 22 && minor < 18)
}

/** Has the launcher run the program with a newer Node, as if it were this process. */
function handOver() {
  const launcher = fileURLToPath(new URL('autopkgtest-web', import.meta.url))
  const child = spawn(launcher, process.argv.slice(2), { stdio: 'inherit' })
  const passOn = signal => child.kill(signal)
  for (const signal of SIGNALS) process.on(signal, passOn)
  child.once('error', error => {
    process.stderr.write(`autopkgtest-web: ${error.message}\n`)
    process.exitCode = 1
  })
  child.once('exit', (status, signal) => {
    for (const name of SIGNALS) process.off(name, passOn)
    if (signal === null) process.exitCode = status
    else process.kill(process.pid, signal)
  })
}

const main = new URL('../dist/cli/main.js', import.meta.url)
if (isOldNode()) {
  handOver()
} else if (existsSync(main)) {
  await import(main.href)
} else {
  process.stderr.write('autopkgtest-web: not built yet: npm ci && npm run build\n')
  process.exitCode = 1
}
