#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 node
import { existsSync } from 'node:fs'
import { setFlagsFromString } from 'node:v8'

// Both halve what a busy website holds (docs/PERFORMANCE.md, "Memory"). The variable above has glibc give large
// buffers back to the system, which it ceases to do by itself; this has V8 collect before its heap has doubled.
setFlagsFromString('--heap-growing-percent=40')

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  process.stderr.write('autopkgtest-web: not built yet: npm ci && npm run build\n')
  process.exitCode = 1
}
