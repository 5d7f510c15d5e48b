import { describe, expect, it } from 'vitest'
import { effort, fc } from '../../../../test/fuzz.ts'
import { BadInput } from '../../errors.ts'
import { compilePattern } from './pattern.ts'

const finds = (pattern: string, line: string, ignoreCase = false) =>
  compilePattern(pattern, { ignoreCase }).test(line)

describe('a pattern', () => {
  it.each([
    ['err', 'an error', true],
    ['^err', 'an error', false],
    ['^an', 'an error', true],
    ['or$', 'an error', true],
    ['^$', '', true],
    ['a.c', 'abc', true],
    ['a.c', 'ac', false],
    ['ab*c', 'ac', true],
    ['ab+c', 'ac', false],
    ['ab?c', 'abbc', false],
    ['(ab)+c', 'ababc', true],
    ['E: (Unable|Failed) to', 'E: Failed to fetch', true],
    ['[0-9]+ of [^0]', '12 of 3', true],
    ['[]x]', ']', true],
    ['[a-]', '-', true],
    ['\\d\\d:\\d\\d', 'at 17:24', true],
    ['\\.', 'a', false],
    ['\\$\\(', 'echo $(id)', true],
    ['a||b', 'c', true],
    ['()', '', true],
    ['((a|b)c)*d', 'acbcd', true],
    ['x**', 'y', true],
  ])('%s in %j: %s', (pattern, line, expected) => expect(finds(pattern, line)).toBe(expected))

  it('may ignore case, in sets too', () => {
    expect(finds('ERR[A-Z]R', 'an Error', true)).toBe(true)
    expect(finds('ERROR', 'an Error')).toBe(false)
    expect(finds('^\\S+$', 'ABC', true)).toBe(true)
    expect(finds('^\\S+$', 'A C', true)).toBe(false)
    expect(finds('\\W', 'ab', true)).toBe(false)
  })

  it.each(['(', 'a)', '[a', '[a-', '*', 'a|+', '\\', 'x'.repeat(201)])(
    '%s is none, and that is said',
    pattern => expect(() => finds(pattern, '')).toThrow(BadInput),
  )

  it('finds what JavaScript finds', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(ab)', '^', '$', '(b?)')
    const part = fc
      .tuple(atom, fc.constantFrom('', '', '*', '+', '?'))
      .map(([one, mark]) => (/^[\^$]$/.test(one) ? one : one + mark))
    const pattern = fc
      .array(
        fc.array(part, { maxLength: 4 }).map(parts => parts.join('')),
        { minLength: 1, maxLength: 3 },
      )
      .map(all => all.join('|'))
    const line = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 }).map(chars => chars.join(''))
    fc.assert(
      fc.property(pattern, line, (one, text) => {
        expect(finds(one, text)).toBe(new RegExp(one, 's').test(text))
      }),
      effort(2000),
    )
  })

  it('takes as many steps as pattern and line are long, whatever they are', () => {
    for (const text of ['(a*)*b', '(a|a)*b', '(a+)+(a+)+b', 'a*a*a*a*a*a*a*b']) {
      const pattern = compilePattern(text, { ignoreCase: false })
      expect(pattern.test('a'.repeat(5000))).toBe(false)
      expect(pattern.steps).toBeLessThan(5001 * 3 * text.length)
    }
  })
})
