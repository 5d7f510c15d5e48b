import { describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { BadInput } from '../../domain/errors.ts'
import { checkContainer, checkObject, checkQuery, compareNames } from './object-names.ts'

describe('names', () => {
  it.each(['', '.', '..', 'a/b', 'a\0b', '\ud800', 'x'.repeat(257), 'é'.repeat(129)])(
    'refuses %j as a container',
    name => {
      expect(() => checkContainer(name)).toThrow(BadInput)
    },
  )

  it.each([
    '',
    '/',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    '../a',
    'a/.',
    'a\0b',
    '\udc00',
    'x'.repeat(1025),
  ])('refuses %j as an object', name => {
    expect(() => checkObject(name)).toThrow(BadInput)
  })

  it('takes everything else', () => {
    for (const name of ['…', 'a b', '.hidden', '...', '%2e%2e', 'a\nb', '\\', 'x'.repeat(256)]) {
      expect(() => checkContainer(name)).not.toThrow()
      expect(() => checkObject(`${name}/${name}`)).not.toThrow()
    }
  })

  it('cuts a long name short in its message', () => {
    expect(() => checkObject('y'.repeat(5000))).toThrow(/^not an object's name: "y{80}…"$/)
  })

  it.each([
    { limit: 0 },
    { limit: 10_001 },
    { limit: 1.5 },
    { limit: Number.NaN },
    { prefix: 'a\0' },
    { marker: '\ud800' },
  ])('refuses a listing by %j', query => {
    expect(() => checkQuery(query)).toThrow(BadInput)
  })
})

describe('compareNames', () => {
  it('orders like the bytes of UTF-8', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareNames(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
      {
        examples: [
          ['\uffee', '\u{1f600}'],
          ['a', 'ab'],
        ],
      },
    )
  })
})
