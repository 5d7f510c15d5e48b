import { createReadStream, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { webBody } from './web-body.ts'

const text = (stream: Readable): Promise<string> => new Response(webBody(stream)).text()

/** With something that was read ahead, and more to come. */
function readAhead(): Readable {
  const stream = new Readable({ read() {} })
  stream.push('read ahead')
  return stream
}

it('gives all of a stream, long, short or empty', async () => {
  const long = 'x'.repeat(1_000_000)
  expect(await text(Readable.from([Buffer.from('one '), Buffer.from('two')]))).toBe('one two')
  expect(await text(Readable.from([]))).toBe('')
  const file = join(temporaryFolder(), 'long')
  writeFileSync(file, long)
  expect(await text(createReadStream(file))).toBe(long)
})

it.each([0, 1, 2, 3, 4, 5])(
  'ends with a reader who leaves after %i turns, whatever was read ahead',
  async turns => {
    const stream = readAhead()
    const body = webBody(stream)
    for (let turn = 0; turn < turns; turn++) await null
    await body.cancel()
    expect(stream.destroyed).toBe(true)
  },
)

it('ends with a reader who leaves while more was read ahead for them', async () => {
  const file = join(temporaryFolder(), 'long')
  writeFileSync(file, Buffer.alloc(1_000_000))
  const stream = createReadStream(file)
  const reader = webBody(stream).getReader()
  await reader.read()
  await pause(20)
  reader.read().catch(() => undefined)
  await reader.cancel()
  expect(stream.destroyed).toBe(true)
})

it('tells the reader what went wrong, and nobody where there is none', async () => {
  const failing = () => readAhead().destroy(new Error('the disk is gone'))
  await expect(text(failing())).rejects.toThrow('the disk is gone')
  const unread = webBody(failing())
  await pause(1)
  expect(unread.locked).toBe(false)
})
