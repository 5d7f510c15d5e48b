import { describe, expect, it } from 'vitest'
import { readLogSoFar } from './log-so-far.ts'

const own = (text: string) => `autopkgtest [12:00:00]: ${text}\n`
const test = (name: string, output: string, result: string) =>
  own(`test ${name}: preparing testbed`) +
  own(`test ${name}: [-----------------------`) +
  output +
  own(`test ${name}: -----------------------]`) +
  own(`test ${name}:  - - - - - - - - - - results - - - - - - - - - -`) +
  `${name.padEnd(20)} ${result}\n`

const LOG =
  own('version 5.28') +
  test('good', 'ok\n', 'PASS') +
  test(
    'bad',
    'one\nFAIL: expected 1, got 2\nTraceback (most recent call last):\nValueError: no\n',
    'FAIL non-zero exit status 1',
  ) +
  own('test next: preparing testbed')

/** The log in pieces of `size` characters, as they arrive. */
function inPieces(size: number) {
  const pieces = []
  for (let at = 0; at < LOG.length; at += size)
    pieces.push({ line: LOG.slice(0, at).split('\n').length, text: LOG.slice(at, at + size) })
  return pieces
}

describe('a log that is not over', () => {
  it('has the sections and failure lines of a finished one, wherever it is cut', () => {
    const whole = readLogSoFar([{ line: 1, text: LOG }])
    expect(whole.sections.map(({ kind, name, line, result }) => [kind, name, line, result])).toEqual([
      ['preparation', '', 1, undefined],
      ['test', 'good', 2, 'PASS'],
      ['test', 'bad', 8, 'FAIL'],
      ['test', 'next', 17, undefined],
    ])
    expect(whole.failures.map(({ test, lines }) => [test, lines[0]?.text])).toEqual([
      ['bad', 'ValueError: no'],
    ])
    for (const size of [1, 7, 100]) expect(readLogSoFar(inPieces(size))).toEqual(whole)
  })

  it('says nothing of a test that runs still, and keeps its numbers behind a gap', () => {
    const running = LOG.slice(0, LOG.indexOf(own('test bad: -----------------------]')))
    expect(readLogSoFar([{ line: 1, text: running }]).failures).toEqual([])
    const bad = LOG.slice(LOG.indexOf('autopkgtest [12:00:00]: test bad: preparing'))
    const cut = readLogSoFar([
      { line: 1, text: own('version 5.28') },
      { line: 500, text: bad, gap: 'some lines' },
    ])
    expect(cut.sections.map(({ name, line }) => [name, line])).toEqual([
      ['', 1],
      ['bad', 500],
      ['next', 509],
    ])
    expect(cut.failures[0]?.lines[0]?.number).toBe(505)
    expect(readLogSoFar([])).toMatchObject({ failures: [] })
  })
})
