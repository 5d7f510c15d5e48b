import { describe, expect, it } from 'vitest'
import { parseRemovedRequest, printRemovedRequest } from './removed-request.ts'

const MESSAGE = { queue: 'debci-noble-amd64', headers: { 'x-attempt': 1 }, body: Buffer.from('gzip\n{}') }

describe('a line of what was removed', () => {
  it('has all that a message came with', () => {
    const properties = {
      priority: 5,
      userId: 'britney',
      expiration: '60000',
      type: 'request',
      timestamp: 1,
      transient: true,
    } as const
    expect(parseRemovedRequest(printRemovedRequest({ ...MESSAGE, properties }))).toEqual({
      ...MESSAGE,
      properties,
    })
  })

  it('has bytes among its headers as bytes', () => {
    const message = { ...MESSAGE, headers: { 'x-key': Buffer.from([0xff, 0]), 'x-attempt': 1 } }
    expect(parseRemovedRequest(printRemovedRequest(message))).toEqual(message)
  })

  it('is read as an earlier version wrote it', () => {
    const line = '{"queue":"debci-noble-amd64","headers":{"x-attempt":1},"body":"gzip\\n{}"}\n'
    expect(printRemovedRequest(MESSAGE)).toBe(line)
    expect(parseRemovedRequest(line)).toEqual(MESSAGE)
  })

  it.each([
    { priority: 256 },
    { priority: '5' },
    { expiration: 'soon' },
    { timestamp: -1 },
    { colour: 'red' },
  ])('with the properties %j is refused', properties => {
    expect(parseRemovedRequest(JSON.stringify({ ...MESSAGE, body: 'gzip\n{}', properties }))).toBeTypeOf(
      'string',
    )
  })
})
