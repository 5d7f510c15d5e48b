import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { anEmbeddedBroker } from '../../../test/builders/brokers.ts'
import { consumerSuite } from '../../../test/daemons/consumer.suite.ts'
import { readMessage } from './read-message.ts'

describe('a consumer on the embedded broker', () => consumerSuite(anEmbeddedBroker))

describe('reading a message', () => {
  const shape = z.object({ n: z.number(), list: z.array(z.string()) })
  const read = (body: Uint8Array | string) => readMessage(Buffer.from(body), shape)

  it('gives what is of the shape', () => {
    expect(read('{"n": 1, "list": []}')).toEqual({ ok: true, message: { n: 1, list: [] } })
  })

  it('names every field that is not, and quotes none', () => {
    expect(read('{"n": "secret", "list": ["a", 5]}')).toEqual({
      ok: false,
      reason: expect.stringMatching(/^n: .*number.*; list\.1: (?!.*secret)/),
    })
  })

  it('bounds the length of message and reason', () => {
    const long = read(JSON.stringify({ n: 1, list: Array.from({ length: 10_000 }, () => 1) }))
    expect(long).toMatchObject({ ok: false, reason: expect.stringMatching(/^.{300}$/) })
    expect(read(' '.repeat(5_000_000))).toEqual({ ok: false, reason: 'longer than 4194304 bytes' })
  })
})
