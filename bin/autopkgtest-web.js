#!/usr/bin/env -S MALLOC_MMAP_THRESHOLD_=131072 node
import { existsSync } from 'node:fs'

// The variable above has glibc give large buffers back to the system, which it ceases to do by itself: a busy website
// holds a third less (docs/PERFORMANCE.md, "Memory").
const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  process.stderr.write('autopkgtest-web: not built yet: npm ci && npm run build\n')
  process.exitCode = 1
}
