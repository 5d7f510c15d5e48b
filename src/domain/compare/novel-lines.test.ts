import { describe, expect, it } from 'vitest'
import { LineSplitter } from '../log/log-lines.ts'
import { LogIndexer } from '../log/log-sections.ts'
import { NovelLineFinder } from './novel-lines.ts'

/** A log of tests by name, with the output and the result of each. */
function logOf(tests: Readonly<Record<string, { prints: string; result: string }>>): string {
  const own = (text: string): string => `  7s autopkgtest [10:11:12]: ${text}\n`
  const printed = (text: string): string => text.replace(/^/gm, '  9s ')
  return Object.entries(tests)
    .map(
      ([name, { prints, result }]) =>
        own(`test ${name}: preparing testbed`) +
        own(`test ${name}: [-----------------------`) +
        `${printed(prints)}\n` +
        own(`test ${name}: -----------------------]`) +
        own(`test ${name}:  - - - - - - - - - - results - - - - - - - - - -`) +
        `${name.padEnd(20)} ${result}\n`,
    )
    .join('')
}

function novelOf(log: string, other: string, most = 200) {
  const finder = new NovelLineFinder()
  const indexer = new LogIndexer((line, section, part) => finder.follow(line, section, part))
  indexer.push(Buffer.from(log))
  const isThere = finder.chooseFailed(indexer.end())
  const splitter = new LineSplitter(line => finder.other(line), 8192)
  splitter.push(Buffer.from(other))
  splitter.end()
  const steps = finder.novel(most)
  for (;;) {
    const step = steps.next()
    if (step.done) return { isThere, ...step.value }
  }
}
const textsOf = (log: string, other: string) =>
  novelOf(log, other).tests.flatMap(({ lines }) => lines.map(({ text }) => text))

describe('the lines that only one log has', () => {
  const failing = (prints: string) => logOf({ unit: { prints, result: 'FAIL non-zero exit status 1' } })
  const passing = (prints: string) => logOf({ unit: { prints, result: 'PASS' } })

  it('are those of the failing test, with their numbers', () => {
    const novel = novelOf(failing('begin\nassertion failed: a == b\nend'), passing('begin\nend'))
    expect(novel.tests).toEqual([{ name: 'unit', lines: [{ number: 4, text: 'assertion failed: a == b' }] }])
    expect(novel.total).toBe(1)
    expect(novel.isCut).toBe(false)
  })

  it.each([
    ['numbers', 'took 5.21 s, 7 of 19', 'took 611.3 s, 22 of 19'],
    ['colours', '\u001b[31mall is red\u001b[0m', 'all is red'],
    ['blanks at the end', 'text   ', 'text'],
    ['names of temporary folders', 'made /tmp/autopkgtest.aB3dE6/x/y', 'made /tmp/autopkgtest.ZZtop1/x/y'],
    ['addresses', 'object at 0x7f21ab', 'object at 0xdeadbe'],
  ])('are none that differ in %s alone', (_, one, other) => {
    expect(textsOf(failing(one), passing(other))).toEqual([])
  })

  it('are none that the other log has anywhere', () => {
    const other = logOf({
      first: { prints: 'shared', result: 'PASS' },
      unit: { prints: 'x', result: 'PASS' },
    })
    expect(textsOf(failing('x\nshared'), other)).toEqual([])
  })

  it('are not asked of tests that passed, nor of what stands around the output', () => {
    const log = logOf({
      fine: { prints: 'new, and fine', result: 'PASS' },
      unit: { prints: 'new, and bad', result: 'FAIL stderr: oh' },
    })
    expect(textsOf(log, '')).toEqual(['new, and bad'])
  })

  it('are those of the test that was killed, where none has failed', () => {
    const log = '  7s autopkgtest [10:11:12]: test unit: [---------\n  9s last words\n'
    expect(textsOf(log, '')).toEqual(['last words'])
  })

  it('are those before an error of autopkgtest’s own', () => {
    const log =
      'Get:1 packages\nE: Unable to locate package x\nautopkgtest [10:11:12]: ERROR: erroneous package: no\n'
    expect(textsOf(log, 'Get:2 packages\n')).toContain('E: Unable to locate package x')
  })

  it('are none of a log in which nothing failed', () => {
    expect(novelOf(passing('new'), '')).toMatchObject({ isThere: false, tests: [] })
  })

  it('stand there once, and no more of them than were asked for; all are counted', () => {
    const words = Array.from(
      { length: 500 },
      (_, n) => `word ${String.fromCharCode(97 + (n % 26))}${'z'.repeat(n)}`,
    )
    const novel = novelOf(failing([...words, ...words].join('\n')), '', 200)
    expect(novel.tests[0]?.lines).toHaveLength(200)
    expect(novel.total).toBeGreaterThan(250)
    expect(novel.total).toBeLessThanOrEqual(500)
  })

  it('are looked for among the last lines of a test without end', () => {
    const many = Array.from({ length: 90_000 }, (_, n) => `same ${n}`).join('\n')
    const novel = novelOf(failing(`first words\n${many}\nlast words`), passing(many))
    expect(novel.tests[0]?.lines.map(({ text }) => text)).toEqual(['last words'])
    expect(novel.isCut).toBe(true)
  })
})
