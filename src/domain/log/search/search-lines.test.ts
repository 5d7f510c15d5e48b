import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../log-lines.ts'
import { type LineQuery, LineSearch } from './search-lines.ts'

function search(log: string, query: Partial<LineQuery>, most = 10) {
  const found = new LineSearch(
    { text: '', isPattern: false, ignoreCase: false, context: 0, after: 0, ...query },
    most,
  )
  const splitter = new LineSplitter(line => found.line(line), 8192)
  splitter.push(Buffer.from(log))
  splitter.end()
  return found
}
const LOG = 'one\ntwo error\nthree\nfour\nfive Error\nsix\nseven \u001b[31merror\u001b[0m\n'
const numbers = (query: Partial<LineQuery>, most?: number) =>
  search(LOG, query, most).lines.map(line => (line.isFound ? `${line.number}!` : `${line.number}`))

describe('the search in a log', () => {
  it('finds lines by a text, and counts them', () => {
    expect(numbers({ text: 'error' })).toEqual(['2!', '7!'])
    expect(numbers({ text: 'error', ignoreCase: true })).toEqual(['2!', '5!', '7!'])
    expect(search(LOG, { text: 'error' }).lines.at(-1)?.text).toBe('seven error')
    expect(search(LOG, { text: '[31m' }).found).toBe(0)
  })

  it('finds lines by a pattern', () => {
    expect(numbers({ text: '^(two|six)', isPattern: true })).toEqual(['2!', '6!'])
  })

  it('gives the lines around each once', () => {
    expect(numbers({ text: 'error', context: 1 })).toEqual(['1', '2!', '3', '6', '7!'])
    expect(numbers({ text: 'rror', context: 2 })).toEqual(['1', '2!', '3', '4', '5!', '6', '7!'])
  })

  it('goes on behind a line, and counts all', () => {
    const found = search(LOG, { text: 'rror', after: 2, context: 1 }, 1)
    expect(found.lines.map(line => line.number)).toEqual([4, 5, 6])
    expect([found.found, found.earlier]).toEqual([3, 1])
  })
})
