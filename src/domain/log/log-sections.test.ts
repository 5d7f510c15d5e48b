import { describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import type { LogIndex } from './log-index.ts'
import { LogIndexer } from './log-sections.ts'

const encoder = new TextEncoder()

function indexOf(log: string | Uint8Array, chunkSize = 7): LogIndex {
  const bytes = typeof log === 'string' ? encoder.encode(log) : log
  const indexer = new LogIndexer()
  for (let at = 0; at < bytes.length; at += chunkSize) indexer.push(bytes.subarray(at, at + chunkSize))
  return indexer.end()
}

/** A line of autopkgtest's own, as 5.28 writes it, or with the seconds that 5.29 and newer put before it. */
const old = (text: string) => `autopkgtest [14:38:11]: ${text}`
const timed = (text: string) => `  3s autopkgtest [14:38:11]: ${text}`

const SMALL_RUN = [
  'starting date and time: 2026-11-22 14:38:11+0000',
  '@@@@@@@@@@@@@@@@@@@@ apt-source gzip',
  'test one: preparing testbed',
  'test one: [-----------------------',
  'test one: -----------------------]',
  'test one:  - - - - - - - - - - results - - - - - - - - - -',
]

describe.each([
  ['the old line format', old, ''],
  ['the line format with seconds', timed, '  3s '],
])('a log in %s', (_, own, prefix) => {
  const log = `${SMALL_RUN.map(own).join('\n')}\n${prefix}one                  FAIL non-zero exit status 7\n${own('@@@@@@@@@@@@@@@@@@@@ summary')}\n${prefix}one                  FAIL non-zero exit status 7\n`

  it('has a section for the preparation, each test and the summary', () => {
    expect(indexOf(log).sections.map(({ kind, name, line }) => [kind, name, line])).toEqual([
      ['preparation', '', 1],
      ['test', 'one', 3],
      ['summary', '', 8],
    ])
  })

  it('knows where the output of a test begins, and its result with the reason', () => {
    expect(indexOf(log).sections[1]).toMatchObject({
      outputLine: 5,
      result: 'FAIL',
      detail: 'non-zero exit status 7',
    })
  })

  it('says at which byte a section begins', () => {
    const { offset } = indexOf(log).sections[2] as { offset: number }
    expect(log.slice(offset).startsWith(own('@@@@@@@@@@@@@@@@@@@@ summary'))).toBe(true)
  })
})

describe('what a test prints', () => {
  const around = (output: string, last = old('test one: -----------------------]')) =>
    `${SMALL_RUN.slice(0, 4).map(old).join('\n')}\n${output}${last}\none                  PASS\n${old('test two: preparing testbed')}\n`

  it('opens no section, even if it looks like a marker', () => {
    const forged = `${old('test forged: preparing testbed')}\n${old('@@@@@@@@@@@@@@@@@@@@ summary')}\n`
    expect(indexOf(around(forged)).sections.map(section => section.name)).toEqual(['', 'one', 'two'])
  })

  it('may look like a result without becoming one', () => {
    expect(indexOf(around('one                  FAIL forged\n')).sections[1]).toMatchObject({
      result: 'PASS',
    })
  })

  it('may end without a newline before the closing marker', () => {
    expect(indexOf(around('no newline at the end')).sections.map(section => section.name)).toEqual([
      '',
      'one',
      'two',
    ])
  })

  it('may be one line of megabytes', () => {
    const index = indexOf(around(`${'x'.repeat(3_000_000)}\n`), 65_536)
    expect(index.sections.map(section => section.name)).toEqual(['', 'one', 'two'])
    expect(index.lines).toBe(8)
  })
})

describe('a run that died early', () => {
  it('points at the line of its error', () => {
    const log = `${old('testing package x version 1')}\n${old('ERROR: testbed failure: unexpected eof from the testbed')}\nblame: x\n`
    expect(indexOf(log).errorLine).toBe(2)
  })

  it('points nowhere when a summary follows, as after a time-out of one test', () => {
    const log = `${old('ERROR: timed out on command "x" (kind: test)')}\n${old('@@@@@@@@@@@@@@@@@@@@ summary')}\nslow PASS\n`
    expect(indexOf(log).errorLine).toBeUndefined()
  })

  it('keeps the section of the test that was cut off, without a result', () => {
    const section = indexOf(`${SMALL_RUN.slice(0, 4).map(old).join('\n')}\ntick`).sections[1]
    expect(section).toMatchObject({ name: 'one', outputLine: 5 })
    expect(section).not.toHaveProperty('result')
  })
})

describe('own lines that do not stand alone', () => {
  const named = (log: string) => indexOf(log).sections.map(({ name, result }) => [name, result])
  const test = (name: string, result: string, own = old) =>
    [
      own(`test ${name}: preparing testbed`),
      own(`test ${name}: [-----------------------`),
      own(`test ${name}: -----------------------]`),
      own(`test ${name}:  - - - - - - - - - - results - - - - - - - - - -`),
      `${name.padEnd(20)} ${result}`,
    ].join('\n')

  it.each([
    ['late output', 'still here\u2026'],
    ['standard error without a newline', ' 12s oops: no newline'],
    ['the escape of a prompt', '\u001b]0;root@host\u0007\u001b[01;32mroot@host\u001b[00m:~# '],
    ['seconds of any length', '1234567890123456789s '],
    ['megabytes', 'x'.repeat(3_000_000)],
  ])('are found behind %s', (_, before) => {
    const log = `${test('one', 'PASS')}\n${before}${test('two', 'FAIL timed out')}\n${before}${old('@@@@@@@@@@@@@@@@@@@@ summary')}\n`
    expect(indexOf(log, 4000).sections.map(section => section.name)).toEqual(['', 'one', 'two', ''])
    expect(indexOf(log, 4000).sections[2]).toMatchObject({ result: 'FAIL', detail: 'timed out' })
  })

  it('are found behind a result, and a result behind late output', () => {
    const log = `${test('one', 'PASS (superficial)')}${test('two', 'FAIL').replace('\ntwo  ', '\nlatetwo  ')}\n`
    expect(named(log)).toEqual([
      ['', undefined],
      ['one', 'PASS'],
      ['two', 'FAIL'],
    ])
  })

  it.each([9000, 40_000])('have their result though %d characters were printed late before it', length => {
    const late = 'x'.repeat(length)
    const log = `${test('one', 'FAIL').replace('\none  ', `\n${late}one  `)}\n${test('two', 'PASS')}\n`
    expect(named(log)).toEqual([
      ['', undefined],
      ['one', 'FAIL'],
      ['two', 'PASS'],
    ])
  })

  it('may be coloured, word by word', () => {
    const coloured = (text: string) =>
      `\u001b[1mautopkgtest\u001b[0m \u009b38:5:208m[10:00:00]: ${text}\u001b[m`
    expect(named(test('one', 'FAIL\u001b[0m', coloured))).toEqual([
      ['', undefined],
      ['one', 'FAIL'],
    ])
  })

  it('may be those of adt-run', () => {
    const log = test('one', 'FAIL').replaceAll('autopkgtest [', 'adt-run [')
    expect(named(log)[1]).toEqual(['one', 'FAIL'])
  })

  it('are none without the clock', () => {
    expect(named('autopkgtest [1:2]: test x: preparing testbed\n/usr/bin/autopkgtest [x]: y\n')).toHaveLength(
      1,
    )
  })

  it('of two tests of one name each have their own result, with a summary and without', () => {
    const tests = `${test('unit', 'FAIL non-zero exit status 2')}\n${test('unit', 'PASS')}\n`
    const summary = `${old('@@@@@@@@@@@@@@@@@@@@ summary')}\nunit                 FAIL non-zero exit status 2\nunit                 PASS\n`
    for (const log of [tests, tests + summary])
      expect(named(log).slice(1, 3)).toEqual([
        ['unit', 'FAIL'],
        ['unit', 'PASS'],
      ])
  })

  it('let the summary speak where a result is missing, or was printed by something else', () => {
    const log = `${old('test one: preparing testbed')}\none PASS\n${old('@@@@@@@@@@@@@@@@@@@@ summary')}\none                  SKIP not here\n`
    expect(indexOf(log).sections[1]).toMatchObject({ result: 'SKIP', detail: 'not here' })
  })
})

describe('the error that is linked', () => {
  const begun = SMALL_RUN.slice(0, 4).map(old).join('\n')
  const error = (text: string) => old(`ERROR: ${text}`)
  const traceback =
    'Traceback (most recent call last):\n  File "x", line 1\nOSError: [Errno 28] No space left'

  it('may end in a bracket, inside the output of a test', () => {
    expect(
      indexOf(`${begun}\n${error("testbed failure: cannot send: ['Broken pipe\\n']")}\n`).errorLine,
    ).toBe(5)
  })

  it('may stand behind what the test printed last, as when it ended with 255', () => {
    const log = `${begun}\nlast words${error('testbed failure: testbed auxverb failed with exit code 255')}\n`
    expect(indexOf(log)).toMatchObject({ errorLine: 5, sections: [{}, { name: 'one', outputLine: 5 }] })
  })

  it('is the cause, not the clean-up behind it', () => {
    for (const before of ['', `${begun}\n`]) {
      const log = `${before}${error('unexpected error:')}\n${traceback}\n${error('testbed failure: sent `x`')}\n`
      expect(indexOf(log).errorLine).toBe(before === '' ? 1 : 5)
    }
  })

  it('is none that a test printed, nor one after which the run went on', () => {
    const printed = `${begun}\n${error('forged')}\nmore output\n${error('testbed failure: gone')}\n`
    expect(indexOf(printed).errorLine).toBe(7)
    const timedOut = `${begun}\n${error('timed out on command "x" (kind: test)')}\n${old('test one: -----------------------]')}\none                  FAIL timed out\n`
    expect(indexOf(timedOut).errorLine).toBeUndefined()
    expect(indexOf(`${timedOut}${error('testbed failure: gone')}\n`).errorLine).toBe(8)
  })
})

describe('any bytes at all', () => {
  it('are counted to the last one, however they arrive in chunks', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const index = indexOf(bytes, size)
        const newlines = bytes.filter(byte => byte === 10).length
        const unfinished = bytes.length > 0 && bytes[bytes.length - 1] !== 10 ? 1 : 0
        expect(index).toMatchObject({ bytes: bytes.length, lines: newlines + unfinished })
      }),
    )
  })

  it('give the same sections in one chunk and in many', () => {
    const line = fc.constantFrom(...SMALL_RUN.map(old), ...SMALL_RUN.map(timed), 'one PASS', '\0', '\r', 'é')
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 90 }), (lines, size) => {
        expect(indexOf(lines.join('\n'), size)).toEqual(indexOf(lines.join('\n'), 1_000_000))
      }),
    )
  })
})
