import { endOfSeconds } from './log-markers.ts'

/**
 * Follows the errors that autopkgtest reports. The cause is the first of consecutive errors; later ones come
 * from cleaning up. If the run continues, they did not end it.
 */
export class ErrorTrail {
  /** The line of the cause. */
  line: number | undefined
  #inOutput = false
  #isPrinted = false

  /** @param inOutput whether it is inside the output of a test, which may print such a line itself */
  note(line: number, inOutput: boolean): void {
    if (this.line === undefined || this.#isPrinted) this.line = line
    this.#inOutput = inOutput
    this.#isPrinted = false
  }

  /** Whether {@link follow} has to be called with the next line. */
  get isFollowing(): boolean {
    return this.#inOutput && this.line !== undefined && !this.#isPrinted
  }

  /** Output after an error shows that the test printed the error, too: the next error is unrelated. */
  follow(line: string): void {
    this.#isPrinted = !isReport(line.slice(endOfSeconds(line)))
  }

  /** To be called when the run continues. */
  clear(): void {
    this.line = undefined
    this.#isPrinted = false
  }
}

const STARTS = ['Traceback (', 'During handling of', 'The above exception', 'blame:', 'badpkg:', ' ', '\t']
const EXCEPTION = /Error|Exception|Timeout|Interrupt|Exit/

/** Whether this is part of an error report: Python's traceback, or the blame line. */
function isReport(line: string): boolean {
  if (line.trim() === '' || STARTS.some(start => line.startsWith(start))) return true
  const name = line.slice(0, 200).split(':', 1)[0] as string
  return /^[\w.]+$/.test(name) && EXCEPTION.test(name)
}
