import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'

/** A command that would run for ever, and ends in order. */
const command = (fault: string) => `
const { onShutdown, aborted } = await import(process.argv[2])
const said = (fields, message) => console.log(message + ': ' + fields.err?.message)
const signal = onShutdown({ error: said })
const forEver = setInterval(() => {}, 1000)
setTimeout(() => { ${fault} }, 10)
await aborted(signal)
clearInterval(forEver)
console.log('ended in order')
`

it.each([
  ['a promise that nobody owns', `Promise.reject(new Error('lost'))`],
  ['an exception that nobody caught', `throw new Error('lost')`],
  ['an event that nobody listens to', `process.emit('error', new Error('lost'))`],
])('%s is logged, and the command ends in order with status 1', async (_, fault) => {
  const program = join(temporaryFolder(), 'program.mjs')
  writeFileSync(program, command(fault))
  const args = [program, join(import.meta.dirname, 'shutdown.ts')]
  const ended = await new Promise<{ code: unknown; stdout: string }>(resolve => {
    execFile(process.execPath, args, (error, stdout) => resolve({ code: error?.code ?? 0, stdout }))
  })
  expect(ended).toEqual({
    code: 1,
    stdout: 'uncaught error: the process ends: lost\nended in order\n',
  })
})
