import { describe, expect, it } from 'vitest'
import { RULES } from '../rules.ts'
import { PieceSearch, WordSearch } from './word-search.ts'
import { bytesOf } from './word-table.ts'

const WORDS = [...new Set(RULES.flatMap(({ words = [] }) => words))]
const search = new WordSearch(WORDS)

const has = (text: string): boolean =>
  new PieceSearch(search, bytesOf(text)).isWithin(0, bytesOf(text).length)

describe('the search for words', () => {
  it('finds each word of the rules at even and odd places, in either case, and at the very end', () => {
    for (const word of WORDS) {
      for (const text of [word, `x${word}`, `xy ${word.toUpperCase()} z`, `\n\n\n${word}\n`])
        expect(has(text), JSON.stringify(text)).toBe(true)
    }
  })

  it('finds a word at the very beginning and the very end of a piece, at any address', () => {
    for (const word of WORDS) {
      for (let lead = 0; lead < 4; lead++) {
        const piece = bytesOf(`${'x'.repeat(lead)}${word}`).subarray(lead)
        expect(new PieceSearch(search, piece).isWithin(0, piece.length), `${word} at ${lead}`).toBe(true)
      }
    }
  })

  it('finds nothing where no word is whole', () => {
    for (const text of ['', 'x', 'all is well', 'erro r', 'fai', 'er\nror'])
      expect(has(text), text).toBe(false)
  })

  it('tells lines that have a word from those that have none, wherever the bytes lie', () => {
    const lines = ['setting up', 'it failed', 'ran 3', '', 'fatal: no', 'mirror', 'an Error', 'good bye']
    for (const lead of ['', 'x']) {
      const whole = bytesOf(`${lead}${lines.join('\n')}`)
      const piece = new PieceSearch(search, whole.subarray(lead.length))
      let at = 0
      const found = lines.filter(line => {
        at += line.length + 1
        return piece.isWithin(at - line.length - 1, at - 1)
      })
      expect(found).toEqual(['it failed', 'fatal: no', 'an Error'])
    }
  })
})
