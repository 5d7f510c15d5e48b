import { hasFailed, parseSubtestLine } from '../../run/subtest.ts'
import type { LogSection } from '../log-index.ts'
import type { LogLine } from '../log-lines.ts'
import type { LogPart } from '../log-sections.ts'
import { chooseFailures, type KeptCandidates } from './choose-failures.ts'
import type { Failure, KnownOfRun } from './failure.ts'
import { LineReader, type ReadersOfLog } from './line-reader.ts'
import { type Candidate, LONGEST } from './rule.ts'
import { type ReadLine, RememberedLines } from './search/remembered-lines.ts'
import { endOfClock, textsOf } from './texts-of-line.ts'

/** The number of lines of a test that are kept until it is known whether it failed. */
const KEPT = 8
/**
 * The number of lines, and of their bytes, that are held until it is known whether their test failed; longer
 * outputs are read as they arrive.
 */
const MOST_WAITING = 4096
const MOST_WAITING_BYTES = 256 * 1024
/** The number of tests in a run that may have lines; for further ones only the verdict is reported. */
const MOST_TESTS = 200
const LAST_LINES = 3
const STDERR_BEGINS = /^autopkgtest \[[\d:]{8}\]: test \S+: {2}- - - - - - - - - - stderr - /
const OWN_LINE = /^autopkgtest \[[\d:]{8}\]: /
const GLUED = /autopkgtest \[\d\d:\d\d:\d\d\]: test /

/** Output of clean-up commands under `set -x`, which comes after the command that failed. */
const CLEANING_UP =
  /^\++ (?:rm |rmdir |kill |pkill |killall |wait|cleanup|clean_up|teardown|exit|return|popd|cd |umount |trap |set [+-]|\S*(?:rc|ret|status|code)=|systemctl (?:stop|disable)|docker rm|deluser |userdel |sync$|true$|:$|echo ['"]?(?:[Cc]lean|Exit))/

/**
 * Finds the lines that say why tests failed while a log streams by: pass it each line with its section, then
 * ask for the failures. It holds a few lines of each test, and decides at the end, when it is known which
 * tests failed.
 */
export class FailureFinder {
  readonly #kept: KeptCandidates[] = []
  #log: ReadersOfLog | undefined
  #section: LogSection | undefined
  #part: LogPart = 'setup'
  #setup!: LineReader
  #output!: LineReader
  #started = false
  #stderr: Candidate[] = []
  #inStderr = false
  #resultLine: Candidate | undefined
  #sawTests = false
  /** Lines that are not read yet; those of passing tests, which are most, never are. */
  readonly #waiting = new RememberedLines(MOST_WAITING)
  #waitingLines = 0
  readonly #partsOfWaiting: LogPart[] = []
  #waitingBytes = 0
  #waits = true

  /**
   * @param line valid as long as the bytes that it was cut from are not changed
   * @param section the section of the log that contains it, the same object for all its lines
   */
  line(line: LogLine, section: LogSection, part: LogPart): void {
    this.#log ??= { hasClock: endOfClock(line.head) > 0, dull: new Set() }
    if (section !== this.#section) this.#begin(section)
    if (section.kind === 'summary' || this.#kept.length >= MOST_TESTS) return
    if (!this.#waits) {
      this.#readLine(line, part)
      return
    }
    this.#waiting.set(this.#waitingLines, line)
    this.#partsOfWaiting[this.#waitingLines] = part
    this.#waitingLines += 1
    this.#waitingBytes += line.head.length
    if (this.#waitingLines >= MOST_WAITING || this.#waitingBytes >= MOST_WAITING_BYTES) this.#readWaiting()
  }

  /** Reads the lines that are held, if there are any; from now on lines are read as they arrive. */
  #readWaiting(): void {
    if (!this.#waits) return
    this.#waits = false
    const log = this.#log as ReadersOfLog
    this.#setup = new LineReader(log)
    this.#output = new LineReader(log)
    for (let at = 0; at < this.#waitingLines; at++)
      this.#readLine(this.#waiting.get(at), this.#partsOfWaiting[at] as LogPart)
    this.#forgetWaiting()
  }

  #forgetWaiting(): void {
    this.#waiting.forget(this.#waitingLines)
    this.#waitingLines = 0
    this.#waitingBytes = 0
  }

  #readLine(line: ReadLine, part: LogPart): void {
    if (part !== this.#part) {
      this.#turn(line, part)
    } else if (part === 'output') {
      this.#output.line(line)
    } else if (part === 'setup') {
      this.#setup.line(line)
    } else {
      this.#lineAfter(line)
    }
  }

  #begin(section: LogSection): void {
    this.#keep()
    this.#section = section
    this.#sawTests ||= section.kind === 'test'
    this.#part = 'setup'
    this.#forgetWaiting()
    this.#waits = true
    this.#started = false
    this.#stderr = []
    this.#inStderr = false
    this.#resultLine = undefined
  }

  /**
   * Handles the line between two parts, which is autopkgtest's own; output without a newline may precede it.
   */
  #turn(line: ReadLine, part: LogPart): void {
    if (part === 'output') this.#started = true
    if (this.#part === 'output') {
      const [text = ''] = this.#textsOf(line)
      const glued = text.search(GLUED)
      if (glued > 0)
        this.#output.line({ ...line, head: line.head.subarray(0, endOfOutput(line.head)), piece: undefined })
    }
    this.#part = part
  }

  #lineAfter(line: ReadLine): void {
    const text = this.#textsOf(line).at(-1) ?? ''
    if (STDERR_BEGINS.test(text)) {
      this.#inStderr = true
    } else if (OWN_LINE.test(text)) {
      this.#inStderr = false
      if (text.includes('ERROR: ')) this.#output.line(line)
    } else if (this.#inStderr) {
      if (text.trim() !== '' && this.#stderr.length < LAST_LINES) {
        this.#stderr.push({ number: line.number, text: text.trim(), kind: 'stderr', strength: 'cause' })
      }
    } else {
      const result = parseSubtestLine(text)
      if (result?.name === this.#section?.name && this.#resultLine === undefined) {
        this.#resultLine = { number: line.number, text: text.trim(), kind: 'other', strength: 'last' }
      }
      this.#setup.line(line)
    }
  }

  #textsOf(line: ReadLine): string[] {
    const from = this.#log?.hasClock === true ? endOfClock(line.head) : 0
    return textsOf(line.head.subarray(from), LONGEST)
  }

  #keep(): void {
    const section = this.#section
    if (section === undefined) return
    const passed = section.result !== undefined && !hasFailed(section.result)
    if (section.kind === 'summary' || passed || this.#kept.length >= MOST_TESTS) return
    this.#readWaiting()
    this.#setup.end()
    this.#output.end()
    const last: Candidate[] = lastOf(this.#output)
    if (this.#resultLine !== undefined) last.push(this.#resultLine)
    this.#kept.push({
      section,
      setup: [...this.#setup.candidates.ranked().slice(0, KEPT), ...lastOf(this.#setup).slice(0, 1)],
      output: this.#output.candidates.ranked().slice(0, KEPT),
      last,
      stderr: this.#stderr,
      started: this.#started,
    })
  }

  /** Returns the failures in the order of the log, the run's own first; to be called after the last line. */
  failures(known: KnownOfRun = {}): Failure[] {
    this.#keep()
    this.#section = undefined
    return chooseFailures(this.#kept, known, this.#sawTests)
  }
}

/** The last lines that a test printed, for a test without any line of trouble. */
function lastOf(reader: LineReader): Candidate[] {
  const lines = reader.lastLines(12)
  const telling = lines.filter(({ text }) => !CLEANING_UP.test(text))
  return (telling.length > 0 ? telling : lines)
    .slice(0, LAST_LINES)
    .map(line => ({ ...line, text: line.text.trim(), kind: 'other', strength: 'last' }))
}

/** Where autopkgtest's own line begins after output without a newline, in bytes. */
function endOfOutput(bytes: Uint8Array): number {
  const mark = 'autopkgtest ['
  for (let at = bytes.length - mark.length; at > 0; at--) {
    let same = 0
    while (same < mark.length && bytes[at + same] === mark.charCodeAt(same)) same += 1
    if (same === mark.length) return at
  }
  return bytes.length
}
