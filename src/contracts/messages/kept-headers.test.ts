import { describe, expect, it } from 'vitest'
import { headersFromJson, headersToJson } from './kept-headers.ts'

const BYTES = Buffer.from([0xff, 0, 0x0a])

describe('headers that are kept as JSON', () => {
  it.each([
    ['what JSON knows', { a: 'text', b: 1.5, c: true, d: null, e: [1, ['x']], f: { g: {} } }],
    ['bytes', { a: BYTES, b: Buffer.alloc(0), c: [BYTES, { d: BYTES }] }],
    [
      'tables that look like bytes',
      { a: { $base64: 'AAAA' }, b: { $table: { $base64: 'AAAA' } }, c: { $table: 1 } },
    ],
    ['one that looks like bytes of before', { a: { type: 'Buffer', data: [1, 2] } }],
    ['names of ours', { $base64: 'x', type: 'Buffer' }],
  ])('come back as they were: %s', (_, headers) => {
    expect(headersFromJson(JSON.parse(JSON.stringify(headersToJson(headers))))).toEqual(headers)
  })

  it('are read as earlier versions wrote them', () => {
    expect(headersFromJson(JSON.parse(JSON.stringify({ a: BYTES, b: { c: 1 } })))).toEqual({
      a: BYTES,
      b: { c: 1 },
    })
  })
})
