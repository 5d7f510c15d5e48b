import { hasFailed } from '../run/subtest.ts'
import type { Failure } from './failure/failure.ts'
import { FailureFinder } from './failure/failure-finder.ts'
import type { LogIndex } from './log-index.ts'
import { LineSplitter, type LogLine } from './log-lines.ts'
import { LogSections } from './log-sections.ts'

/** A piece of a growing log, and the number of its first line; a gap before it is not reported. */
export interface PieceOfLog {
  readonly line: number
  readonly text: string
  readonly gap?: string | undefined
}

/** What is known about a log before its end. */
export interface LogSoFar extends Pick<LogIndex, 'sections' | 'errorLine'> {
  /** Failures of tests that have already failed; nothing about the running one. */
  readonly failures: readonly Failure[]
}

/** The number of characters of a line that are examined. */
const LOOK = 8192

const encoder = new TextEncoder()

/** Reads pieces of a log like a complete one: its sections, and the lines that say why tests failed. */
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
