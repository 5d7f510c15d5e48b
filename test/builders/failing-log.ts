import type { Failure, KnownOfRun } from '../../src/domain/log/failure/failure.ts'
import { FailureFinder } from '../../src/domain/log/failure/failure-finder.ts'
import { LogIndexer } from '../../src/domain/log/log-sections.ts'

const OWN = 'autopkgtest [10:11:12]: '

/** The log of a test that printed this and failed. */
export function logOf(output: string, reason = 'non-zero exit status 1', name = 'upstream'): string {
  return `${OWN}version 5.28
${OWN}test ${name}: preparing testbed
${OWN}test ${name}: [-----------------------
${output}
${OWN}test ${name}: -----------------------]
${OWN}test ${name}:  - - - - - - - - - - results - - - - - - - - - -
${name}             FAIL ${reason}
`
}

/** The findings in a log that streams by in small pieces. */
export function failuresIn(log: string | Uint8Array, known: KnownOfRun = {}): Failure[] {
  const finder = new FailureFinder()
  const indexer = new LogIndexer((line, section, part) => finder.line(line, section, part))
  const bytes = typeof log === 'string' ? new TextEncoder().encode(log) : log
  for (let at = 0; at < bytes.length; at += 1000) indexer.push(bytes.subarray(at, at + 1000))
  indexer.end()
  return finder.failures(known)
}

/** The text of the first line found for a test that printed this. */
export function firstLineOf(output: string, reason?: string): string | undefined {
  return failuresIn(logOf(output, reason))[0]?.lines[0]?.text
}
