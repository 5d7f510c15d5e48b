import { describe, expect, it } from 'vitest'
import { failuresIn, firstLineOf, logOf } from '../../../../test/builders/failing-log.ts'
import type { SubtestResult } from '../../run/subtest.ts'

const OWN = 'autopkgtest [10:11:12]: '

describe('the line that says why', () => {
  it('is the first error of a cascade, and not what follows from it', () => {
    expect(
      firstLineOf('x.c:1:2: error: no member named ‘ssl’\nmake: *** [Makefile:6: x.o] Error 1\n1 failed'),
    ).toBe('x.c:1:2: error: no member named ‘ssl’')
  })

  it.each([
    'parsed 12 lines, 0 errors',
    'test_error_handling: ok (12 ms)',
    'error handler installed',
    'rejected_connections:0',
    '"failed_over": false,',
    'simulated error: 42 (this is expected)',
    '2026-01-02 10:00:00 INFO x: retry queue (3 failed so far: 0)',
    'a.c:1:2: warning: unused variable ‘error’',
    'failover to replica 3 works',
    '+ echo error: nothing',
    '[       OK ] Parser.Failure (0 ms)',
  ])('is not %s', decoy => {
    expect(firstLineOf(`${decoy}\nscan: expected 3, got 4\n${decoy}`)).toBe('scan: expected 3, got 4')
  })

  it('is the last exception of a chain, and of interleaved output', () => {
    const chain = `Traceback (most recent call last):
  File "a.py", line 1, in <module>
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
dumping, 0 errors
  File "a.py", line 3, in <module>
OSError: [Errno 28] No space left on device
done`
    const [failure] = failuresIn(logOf(chain))
    expect(failure?.lines[0]).toMatchObject({
      kind: 'disk',
      text: 'OSError: [Errno 28] No space left on device',
    })
  })

  it('is found in each test for itself: what one of them did not need, the next one may', () => {
    const enough = ['Foo', 'Bar', 'Baz', 'Qux']
      .map(name => `x.c:1:2: error: unknown type name ‘${name}’`)
      .join('\n')
    const line = 'Fatal error: the score file cannot be opened'
    const [one, other] = failuresIn(
      `${logOf(`${enough}\n${line}`, undefined, 'one')}${logOf(`${line}\ngood bye`, undefined, 'other')}`,
    )
    expect(one?.lines[0]?.text).toBe('x.c:1:2: error: unknown type name ‘Foo’')
    expect(other?.lines[0]?.text).toBe(line)
  })

  it('is the last thing that was run where nothing was said', () => {
    expect(firstLineOf('+ cd /x\n+ grep -q a b\n+ cleanup\n+ rm -rf /x')).toBe('+ grep -q a b')
  })

  it.each([
    ['first', 'FAIL', 'PASS', 3],
    ['second', 'PASS', 'FAIL', 8],
    ['first, where the other was skipped', 'FAIL', 'SKIP', 3],
  ])('is that of the %s of two tests with one name', (_, one, other, number) => {
    const log = [one, other]
      .map(
        result => `${OWN}test a: preparing testbed
${OWN}test a: [-----------------------
${result === 'FAIL' ? 'error: cannot parse' : 'fine'}
${OWN}test a: -----------------------]
a                    ${result}
`,
      )
      .join('')
    const subtests = [one, other].map(result => ({ name: 'a', result: result as SubtestResult, detail: '' }))
    const [failure, ...others] = failuresIn(log, { subtests, exitcode: 4 })
    expect(others).toEqual([])
    expect(failure).toMatchObject({ test: 'a', signature: 'error: cannot parse' })
    expect(failure?.lines[0]?.number).toBe(number)
  })

  it('is of each of two tests with one name as its own result has it', () => {
    const log = ['stderr: boom', 'non-zero exit status 1']
      .map(
        detail => `${OWN}test a: preparing testbed
${OWN}test a: [-----------------------
error: cannot parse ${detail.length}
${OWN}test a: -----------------------]
a                    FAIL ${detail}
`,
      )
      .join('')
    const subtests = [
      { name: 'a', result: 'FAIL' as const, detail: 'stderr: boom' },
      { name: 'a', result: 'FAIL' as const, detail: 'non-zero exit status 1' },
    ]
    const kinds = failuresIn(log, { subtests, exitcode: 4 }).map(({ lines }) => lines[0]?.kind === 'stderr')
    expect(kinds).toEqual([true, false])
  })

  it.each(['Expected: 12\nGot: 7', 'Got: 7\nExpected: 12'])(
    'is the first of what stands in a pair: %j',
    pair => {
      expect(firstLineOf(`checking the total... ERROR\n${pair}\n1 of 2 tests failed`)).toBe(
        pair.split('\n')[0],
      )
    },
  )

  it('is what a test died of that autopkgtest takes for its testbed, as it exits with 255', () => {
    const log = `${OWN}test a: preparing testbed
${OWN}test a: [-----------------------
error: cannot parse line 3
${OWN}ERROR: testbed failure: testbed auxverb failed with exit code 255
`
    expect(failuresIn(log, { exitcode: 16 })[0]?.lines.map(line => line.number)).toEqual([3, 4])
  })

  it('is the line of stderr where only that failed', () => {
    const log = `${logOf('fine\nDeprecated: use b', 'stderr: Deprecated: use b')}${OWN}test upstream:  - - - - - - - - - - stderr - - - - - - - - - -
Deprecated: use b
`
    expect(failuresIn(log)[0]?.lines[0]).toMatchObject({
      number: 10,
      kind: 'stderr',
      text: 'Deprecated: use b',
    })
  })

  it('says what is not installable where a test never began', () => {
    const log = `${OWN}test a: preparing testbed
The following packages have unmet dependencies:
 autopkgtest-satdep : Depends: b but it is not going to be installed
 b : Depends: c but it is not installable
E: Unable to correct problems, you have held broken packages.
a                    FAIL badpkg
`
    expect(failuresIn(log, { exitcode: 12 })[0]?.lines[0]).toMatchObject({ number: 4, kind: 'dependency' })
  })

  it('is the last thing printed before a time-out, behind what autopkgtest says of it', () => {
    const output = `one ok\ntwo waits\n${OWN}ERROR: timed out on command "sh -c x" (kind: test)`
    expect(failuresIn(logOf(output, 'timed out'))[0]?.lines.slice(0, 2)).toMatchObject([
      { number: 6, kind: 'timeout' },
      { number: 5, kind: 'timeout' },
    ])
  })

  it('is found behind a progress bar, colours, and the clock of newer versions', () => {
    expect(firstLineOf(' 10%\r 20%\rerror: cannot read x')).toBe('error: cannot read x')
    expect(firstLineOf('\u001b[31merror:\u001b[0m cannot read x')).toBe('error: cannot read x')
    const clocked = logOf('E       assert 1 == 2').replace(/^(?=.)/gm, '  7s ')
    expect(failuresIn(clocked)[0]?.lines[0]).toMatchObject({ number: 4, text: 'assert 1 == 2' })
  })
})

describe('the failures of a run', () => {
  it('are those of its failing tests in order, at most three lines each', () => {
    const many = 'error: a\nerror: b\nerror: c\nerror: d'
    const log =
      logOf(many, 'x', 'one') + logOf('fine').replace('FAIL x', 'PASS') + logOf('bad thing', 'x', 'two')
    const found = failuresIn(log.replace(/^(upstream +)FAIL.*$/m, '$1PASS'))
    expect(found.map(({ test, lines }) => [test, lines.length])).toEqual([
      ['one', 3],
      ['two', 2],
    ])
  })

  it('go by the summary, which has the last word, and are none of a run that passed', () => {
    const log = logOf('error: a')
    expect(failuresIn(log, { subtests: [{ name: 'upstream', result: 'PASS', detail: '' }] })).toEqual([])
    expect(failuresIn(log, { exitcode: 0 })).toEqual([])
    expect(failuresIn('')).toEqual([])
  })

  it('hold no more than 300 characters of a line, however long it is', () => {
    const [failure] = failuresIn(logOf(`error: ${'x'.repeat(1_000_000)}`))
    expect(failure?.lines[0]?.text).toHaveLength(300)
  })

  it('are found behind a line that differs only by a zero', () => {
    expect(firstLineOf('Tests run: 5, Failures: 0\nTests run: 5, Failures: 2\nbye')).toBe(
      'Tests run: 5, Failures: 2',
    )
  })

  it('are found before and behind more lines than wait for the result', () => {
    const log = logOf(`error: first\n${'fine\n'.repeat(5000)}error: last`)
    expect(failuresIn(log)[0]?.lines.slice(0, 2)).toMatchObject([
      { number: 4, text: 'error: first' },
      { number: 5005, text: 'error: last' },
    ])
  })

  it('are found behind more lines of trouble than anybody reads', () => {
    const letters = (n: number) =>
      n.toString(26).replace(/\d/g, digit => 'qrstuvwxyz'[Number(digit)] as string)
    const noise = Array.from({ length: 9000 }, (_, n) => `W: ${letters(n)} failed to load, ignored`).join(
      '\n',
    )
    expect(firstLineOf(`${noise}\nx.c:1:2: error: no such member`)).toBe('x.c:1:2: error: no such member')
  })
})
