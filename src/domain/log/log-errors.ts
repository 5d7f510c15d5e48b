import { endOfSeconds } from './log-markers.ts'

/**
 * Follows the errors that autopkgtest reports. The cause is the first of those that follow one another; what comes
 * behind it says how cleaning up went. A run that goes on was not ended by them.
 */
export class ErrorTrail {
  /** The line of the cause. */
  line: number | undefined
  #inOutput = false
  #isPrinted = false

  /** @param inOutput whether it stands inside the output of a test, which may print such a line itself */
  note(line: number, inOutput: boolean): void {
    if (this.line === undefined || this.#isPrinted) this.line = line
    this.#inOutput = inOutput
    this.#isPrinted = false
  }

  /** Whether {@link follow} needs to be told the next line. */
  get isFollowing(): boolean {
    return this.#inOutput && this.line !== undefined && !this.#isPrinted
  }

  /** A test that goes on to print after an error has printed that, too: the next error is another matter. */
  follow(line: string): void {
    this.#isPrinted = !isReport(line.slice(endOfSeconds(line)))
  }

  /** The run goes on. */
  clear(): void {
    this.line = undefined
    this.#isPrinted = false
  }
}

const STARTS = ['Traceback (', 'During handling of', 'The above exception', 'blame:', 'badpkg:', ' ', '\t']
const EXCEPTION = /Error|Exception|Timeout|Interrupt|Exit/

/** Whether this belongs to the report of an error: Python's traceback, or who is to blame. */
function isReport(line: string): boolean {
  if (line.trim() === '' || STARTS.some(start => line.startsWith(start))) return true
  const name = line.slice(0, 200).split(':', 1)[0] as string
  return /^[\w.]+$/.test(name) && EXCEPTION.test(name)
}
