const LINES = 130_000
const LONGEST = 2_000_000
const SUMMARY = [
  'passes               PASS',
  'fails-early          FAIL non-zero exit status 1',
  'passes-again         PASS',
  'fails-late           FAIL timed out',
]
const ESC = '\u001b'

/** Where something stands in {@link longLog}. */
export interface LongLog {
  readonly bytes: Buffer
  readonly lines: number
  /** The file of that name in its `result.tar`. */
  readonly summary: string
  /** Names of the failed tests in order; the last one is near the end. */
  readonly failed: readonly string[]
  /** The number of the line of two megabytes. */
  readonly longest: number
}

/**
 * A log of 12 MB as they come: 130,000 lines with time stamps, one of them two megabytes long, with NUL, bytes that
 * are no UTF-8, colours and progress bars.
 */
export function longLog(): LongLog {
  const pieces: Buffer[] = []
  let lines = 0
  const add = (text: string | Buffer): void => {
    const prefix = `${String(Math.floor(lines / 50)).padStart(3)}s `
    pieces.push(Buffer.concat([Buffer.from(prefix), Buffer.from(text), Buffer.from('\n')]))
    lines++
  }
  const own = (text: string) => add(`autopkgtest [10:11:12]: ${text}`)
  const fill = (until: number, words: string) => {
    while (lines < until) add(`${words} ${lines}: ${'.'.repeat(lines % 80)} ok`)
  }
  const test = (name: string, until: number, result: string) => {
    own(`test ${name}: preparing testbed`)
    fill(lines + 2000, 'Setting up libwhatever')
    own(`test ${name}: [-----------------------`)
    fill(until, `${ESC}[32mcase${ESC}[0m <number>`)
    own(`test ${name}: -----------------------]`)
    own(`test ${name}:  - - - - - - - - - - results - - - - - - - - - -`)
    add(`${name.padEnd(20)} ${result}`)
  }
  own('starting date and time: 2026-09-01 10:11:12+0000')
  own('version 5.49')
  own('host worker-1; command line: autopkgtest long -- null')
  fill(20_000, 'Unpacking')
  test('passes', 60_000, 'PASS')
  const longest = lines + 1
  add('x'.repeat(LONGEST))
  add(Buffer.from([0x6e, 0x75, 0x6c, 0x00, 0x20, 0xff, 0xfe, 0x80]))
  add(`  0%\r 50%\r100% downloaded`)
  test('fails-early', 90_000, 'FAIL non-zero exit status 1')
  test('passes-again', 120_000, 'PASS')
  test('fails-late', LINES - 10, 'FAIL timed out')
  own('@@@@@@@@@@@@@@@@@@@@ summary')
  for (const result of SUMMARY) add(result)
  fill(LINES - 1, 'and')
  add('the end')
  const summary = `${SUMMARY.join('\n')}\n`
  return { bytes: Buffer.concat(pieces), lines, summary, failed: ['fails-early', 'fails-late'], longest }
}
