import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'

/**
 * Packs while the process can open so few files that no program can be started: not even its pipes can be created.
 */
const PROGRAM = `
import { openSync, closeSync } from 'node:fs'
const { packResult } = await import(process.argv[2])
const open = []
process.on('unhandledRejection', error => { console.log('unhandled: ' + error.message); process.exitCode = 3 })
await packResult(process.argv[3], process.argv[4], false) // all that it loads is loaded now
try { for (;;) open.push(openSync('/dev/null', 'r')) } catch {}
for (const one of open.splice(0, 2)) closeSync(one)
const failed = await packResult(process.argv[3], process.argv[4], false).then(() => 'nothing', error => error.name)
for (const one of open) closeSync(one)
await new Promise(resolve => setTimeout(resolve, 50))
console.log('failed with ' + failed)
`

it('says that tar cannot be started, and leaves no promise behind', async () => {
  const folder = temporaryFolder()
  const [out, upload, program] = ['out', 'upload', 'program.mjs'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  mkdirSync(out)
  writeFileSync(join(out, 'log'), 'a log\n')
  writeFileSync(program, PROGRAM)
  const module = join(import.meta.dirname, 'pack-result.ts')
  const command = `ulimit -n 60; exec "${process.execPath}" "${program}" "${module}" "${out}" "${upload}"`
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { cwd: process.cwd() })
  expect(stdout).toBe('failed with Unavailable\n')
})
