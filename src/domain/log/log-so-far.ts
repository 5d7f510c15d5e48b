import { hasFailed } from '../run/subtest.ts'
import { type Failure, FailureFinder } from './failure/failure-finder.ts'
import type { LogIndex } from './log-index.ts'
import { LineSplitter, type LogLine } from './log-lines.ts'
import { LogSections } from './log-sections.ts'

/** Text of a log that grows, and the number of the line that it begins in; what is missing before it is not told. */
export interface PieceOfLog {
  readonly line: number
  readonly text: string
  readonly gap?: string | undefined
}

/** What is known of a log before its end. */
export interface LogSoFar extends Pick<LogIndex, 'sections' | 'errorLine'> {
  /** Of tests that have failed already; nothing is said of the one that runs. */
  readonly failures: readonly Failure[]
}

/** As much of a line as is looked at. */
const LOOK = 8192

const encoder = new TextEncoder()

/** Reads pieces of a log as a whole one is read: its sections, and the lines that say why tests failed. */
export function readLogSoFar(pieces: readonly PieceOfLog[]): LogSoFar {
  const sections = new LogSections()
  const finder = new FailureFinder()
  let before = 0
  const onLine = (line: LogLine): void => {
    const numbered = { ...line, number: line.number + before }
    sections.line(numbered)
    finder.line(numbered, sections.section, sections.part)
  }
  let splitter = new LineSplitter(onLine, LOOK)
  for (const [at, { line, text, gap }] of pieces.entries()) {
    if (at === 0 || gap !== undefined) {
      splitter.end()
      before = line - 1
      splitter = new LineSplitter(onLine, LOOK)
    }
    splitter.push(encoder.encode(text))
  }
  const index = sections.index(splitter.end())
  const failed = new Set(
    index.sections.filter(({ result }) => result && hasFailed(result)).map(one => one.name),
  )
  return { ...index, failures: finder.failures().filter(({ test }) => failed.has(test)) }
}
