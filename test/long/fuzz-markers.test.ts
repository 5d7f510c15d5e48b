import { describe, expect, it } from 'vitest'
import type { LogIndex } from '../../src/domain/log/log-index.ts'
import { LogIndexer } from '../../src/domain/log/log-sections.ts'
import { blanks } from '../builders/hostile-blanks.ts'
import { effort, fc } from '../fuzz.ts'
import { isSurelySteep } from './surely-steep.ts'

const encoder = new TextEncoder()

function indexOf(log: string | Uint8Array, chunk = 65_536): LogIndex {
  const bytes = typeof log === 'string' ? encoder.encode(log) : log
  const indexer = new LogIndexer()
  for (let at = 0; at < bytes.length; at += chunk) indexer.push(bytes.subarray(at, at + chunk))
  return indexer.end()
}

const NAMES = ['one', 'two', 'a-test-with-a-long-name', 'PASS', 'summary', 'é', '-', 'results', '[1]:']
const RESULTS = ['PASS', 'FAIL non-zero exit status 1', 'FAIL stderr: x\rFAIL', 'SKIP x', 'FLAKY y', 'BROKEN']
const name = fc.constantFrom(...NAMES)
const SAID: readonly fc.Arbitrary<string>[] = [
  name.map(test => `test ${test}: preparing testbed`),
  name.map(test => `test ${test}: [-----------------------`),
  name.map(test => `test ${test}: -----------------------]`),
  name.map(test => `test ${test}:  - - - - - - - - - - results - - - - - - - - - -`),
  name.map(test => `test ${test}:  - - - - - - - - - - stderr - - - - - - - - - -`),
  fc.constantFrom('@@@@@@@@@@@@@@@@@@@@ summary', '@@@@@@@@@@@@@@@@@@@@ test bed setup'),
  fc.constantFrom(
    'ERROR: testbed failure: x',
    "ERROR: erroneous package: ['y\\n']",
    'ERROR: unexpected error:',
  ),
]
const result = fc.tuple(name, fc.constantFrom(...RESULTS)).map(([test, said]) => `${test.padEnd(20)} ${said}`)
const own = fc
  .tuple(fc.constantFrom('autopkgtest [10:11:12]: ', 'adt-run [10:11:12]: '), fc.oneof(...SAID))
  .map(parts => parts.join(''))
const prefix = fc.constantFrom(
  ...[
    '',
    '',
    '',
    '  3s ',
    `${'9'.repeat(40)}s `,
    '\u001b[31m',
    '\u001b]0;t\u0007$ ',
    'late output',
    '[  OK  ]: ',
  ],
  ...['progress 99%\r', 'x'.repeat(9000), '\u009b1m', '\u0090q', ']: '],
)
const suffix = fc.constantFrom(
  '\n',
  '\n',
  '\n',
  '\r\n',
  '',
  ' ',
  '\u001b[0m\n',
  '\r',
  '\u2028',
  ']\n',
  '\0\n',
)
const plain = fc.oneof(
  fc.constantFrom('output', 'Traceback (most recent call last):', ''),
  fc.string(),
  blanks,
)
/** One line of a log, or what should have been one. */
const line = fc
  .tuple(
    prefix,
    fc.oneof(
      { weight: 5, arbitrary: own },
      { weight: 2, arbitrary: result },
      { weight: 1, arbitrary: plain },
    ),
    fc.option(fc.nat({ max: 60 }), { freq: 8 }),
    suffix,
  )
  .map(([before, text, cut, after]) => before + (cut === null ? text : text.slice(0, cut)) + after)
const log = fc.array(line, { maxLength: 40 }).map(lines => lines.join(''))

/** A run as it should be: two tests and its summary. */
const WHOLE = ['one', 'two']
  .flatMap(test => [
    `autopkgtest [10:11:12]: test ${test}: preparing testbed`,
    `autopkgtest [10:11:12]: test ${test}: [-----------------------`,
    'what it prints',
    `autopkgtest [10:11:12]: test ${test}: -----------------------]`,
    `autopkgtest [10:11:12]: test ${test}:  - - - - - - - - - - results - - - - - - - - - -`,
    `${test.padEnd(20)} ${test === 'one' ? 'PASS' : 'FAIL non-zero exit status 1'}`,
  ])
  .concat(
    'autopkgtest [10:11:12]: @@@@@@@@@@@@@@@@@@@@ summary',
    'one                  PASS',
    'two                  FAIL non-zero exit status 1',
    '',
  )
  .join('\n')

describe('a log of glued, cut and coloured markers', () => {
  it('is read the same in whatever pieces it comes, in order, and within it', () => {
    fc.assert(
      fc.property(log, fc.integer({ min: 1, max: 50 }), (text, chunk) => {
        const found = indexOf(text)
        const bytes = encoder.encode(text)
        expect(indexOf(text, Math.max(chunk, bytes.length / 2000))).toEqual(found)
        expect(found.bytes).toBe(bytes.length)
        let last = { line: 1, offset: 0 }
        for (const { line: number, offset } of found.sections) {
          expect(number).toBeGreaterThanOrEqual(last.line)
          expect(offset).toBeGreaterThanOrEqual(last.offset)
          expect(offset === 0 || bytes[offset - 1] === 10, 'a section begins with a line').toBe(true)
          last = { line: number, offset }
        }
        expect(last.line).toBeLessThanOrEqual(Math.max(1, found.lines))
        expect(found.errorLine ?? 1).toBeLessThanOrEqual(Math.max(1, found.lines))
      }),
      effort(100),
    )
  })

  it('that ends too early has the sections that began before, and no other', () => {
    fc.assert(
      fc.property(log, fc.nat(), (text, place) => {
        const lines = text.split(/(?<=\n)/)
        const kept = lines.slice(0, place % (lines.length + 1)).join('')
        const begun = indexOf(kept).sections.map(({ kind, name: test, line: number }) => [kind, test, number])
        const all = indexOf(text).sections.map(({ kind, name: test, line: number }) => [kind, test, number])
        expect(all.slice(0, begun.length)).toEqual(begun)
      }),
      effort(300),
    )
  })

  it('never gives a test the result of another, however a good log is cut', () => {
    const [, one, two] = indexOf(WHOLE).sections
    expect([one?.result, two?.result]).toEqual(['PASS', 'FAIL'])
    fc.assert(
      fc.property(fc.nat({ max: WHOLE.length }), fc.nat({ max: 80 }), prefix, (from, length, put) => {
        const cut = WHOLE.slice(0, from) + put + WHOLE.slice(from + length)
        for (const { kind, name: test, result: said } of indexOf(cut).sections) {
          if (kind !== 'test' || said === undefined) continue
          if (test === 'one') expect([cut, said]).toEqual([cut, 'PASS'])
          if (test === 'two') expect([cut, said]).toEqual([cut, 'FAIL'])
        }
      }),
      effort(500),
    )
  })

  it('takes no more than its share longer if it is longer', () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 3 }), line, (unit, start) => {
        const repeated = unit.join('')
        fc.pre(repeated.length > 0 && repeated.length < 512)
        const textOf = (characters: number) =>
          start + repeated.repeat(Math.ceil(characters / repeated.length))
        expect(isSurelySteep(indexOf, textOf), JSON.stringify([start, repeated])).toBe(false)
      }),
      effort(30),
    )
  })
})
