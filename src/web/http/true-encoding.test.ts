import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { firstBytes } from './true-encoding.ts'

it('looks at the first bytes of a body that comes byte by byte, and leaves all of them there', async () => {
  const body = new PassThrough()
  const looked = firstBytes({ body })
  for (const byte of 'abcde') {
    body.write(byte)
    await new Promise(resolve => setImmediate(resolve))
  }
  body.end()
  expect(Buffer.from(await looked).toString()).toBe('abc')
  expect(await text(body)).toBe('abcde')
})

it.each(['abc', 'abcd'])('leaves all of a body that is no longer than %j', async short => {
  const body = Readable.from([Buffer.from(short)], { objectMode: false })
  expect(Buffer.from(await firstBytes({ body })).toString()).toBe(short)
  expect(await text(body)).toBe(short)
})

it.each(['', 'a', 'ab'])('has nothing of a body that ends after %j', async short => {
  const body = new PassThrough()
  body.end(short)
  expect(await firstBytes({ body })).toHaveLength(0)
})

it('says what went wrong before there was anything to look at, and has nothing of a reader who left', async () => {
  const [broken, left] = [new PassThrough(), new PassThrough()]
  const looked = [firstBytes({ body: broken }), firstBytes({ body: left })]
  broken.destroy(new Error('the store is away'))
  left.destroy()
  await expect(looked[0]).rejects.toThrow('the store is away')
  expect(await looked[1]).toHaveLength(0)
})
