import { expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { lineKey } from './line-keys.ts'
import { NumberSet } from './number-set.ts'

const key = (text: string) => lineKey(Buffer.from(text))

it.each([
  ['numbers', 'a 1 b 22', 'a 333 b 4'],
  ['the seconds before it', '  7s text', '1234s text'],
  ['the seconds, there or not', '  7s text', 'text'],
  ['colours', '\u001b[1;31mtext\u001b[0m', 'text'],
  ['the end of the line', 'text\r', 'text'],
])('is the same for lines that differ in %s', (_, one, other) => expect(key(one)).toBe(key(other)))

it.each([
  ['a 1', 'a b'],
  ['ab', 'ba'],
  ['a', 'aa'],
  ['7s', 'x'],
])('is another for %j and %j', (one, other) => expect(key(one)).not.toBe(key(other)))

it('is a whole number that a set takes, whatever the line', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
      const number = lineKey(bytes)
      expect(Number.isSafeInteger(number) && number >= 0).toBe(true)
    }),
  )
})

it('a set has what was added, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2 ** 31 - 1)), fc.array(fc.nat(2 ** 31 - 1)), (some, others) => {
      const set = new NumberSet(10_000)
      const scaled = some.map(number => number * 2 ** 20 + 7)
      for (const number of scaled) expect(set.add(number)).toBe(true)
      for (const number of [...scaled, ...others.map(other => other * 2 ** 20 + 7)])
        expect(set.has(number)).toBe(scaled.includes(number))
    }),
  )
})

it('a set grows as far as it may, and takes no more', () => {
  const set = new NumberSet(50_000)
  const added = Array.from({ length: 60_000 }, (_, n) =>
    set.add(key(`line ${'abcdefghij'[n % 10]} ${n.toString(36).replace(/\d/g, 'x')}${'y'.repeat(n % 97)}`)),
  )
  expect(added[0]).toBe(true)
  expect(set.has(key('never said'))).toBe(false)
  const full = new NumberSet(3)
  expect([1, 2, 3, 4, 1].map(number => full.add(number))).toEqual([true, true, true, false, true])
})

it('a set whose numbers were made to collide gives up, and does not go on looking', () => {
  const set = new NumberSet(500_000)
  const added = Array.from({ length: 5000 }, (_, n) => set.add((n + 1) * 2 ** 40))
  expect(added.filter(Boolean)).toHaveLength(1024)
  expect(set.has(2 ** 40)).toBe(true)
  expect(set.has(5000 * 2 ** 40)).toBe(false)
})
