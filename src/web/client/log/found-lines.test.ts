import { describe, expect, it } from 'vitest'
import { lineMatcher } from '../../../domain/log/search/line-matcher.ts'
import { foundLines, nextFound } from './found-lines.ts'

const BLOCKS = ['1 begin\n2 E: bad\n3 \n', '4 12 of 4\n5 e: small\n']
const find = (text: string, isPattern = false) =>
  foundLines(BLOCKS, lineMatcher({ text, isPattern, ignoreCase: true }), () => true)

describe('the lines that are found in a log', () => {
  it('are known by their numbers, which are no part of them', async () => {
    expect(await find('e:')).toEqual([2, 5])
    expect(await find('4')).toEqual([4])
    expect(await find('^$', true)).toEqual([3])
    expect(await find('absent')).toEqual([])
  })

  it('are not looked for to the end if something else is asked', async () => {
    const long = Array.from({ length: 400 }, (_, n) => `${n} ${'a'.repeat(8000)}\n`)
    const matcher = lineMatcher({ text: '(a|b)*(a|c)*d', isPattern: true, ignoreCase: false })
    expect(await foundLines(long, matcher, () => false)).toBeUndefined()
  })

  it('are walked around the end', () => {
    expect(nextFound([2, 5], 0, 1)).toBe(2)
    expect(nextFound([2, 5], 2, 1)).toBe(5)
    expect(nextFound([2, 5], 5, 1)).toBe(2)
    expect(nextFound([2, 5], 2, -1)).toBe(5)
    expect(nextFound([2, 5], 4, -1)).toBe(2)
    expect(nextFound([], 4, -1)).toBeUndefined()
  })
})
