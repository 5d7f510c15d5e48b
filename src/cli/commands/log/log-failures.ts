import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Failure, KnownOfRun } from '../../../domain/log/failure/failure.ts'
import { FailureFinder } from '../../../domain/log/failure/failure-finder.ts'
import { parseSummary } from '../../../domain/run/subtest.ts'
import { type ReadLog, readLogLines } from './log-files.ts'

/** Of the files beside a log no more is read. */
const LONGEST_SUMMARY = 1024 * 1024

/** What was found in a log, and why not all of it was read, in words. */
export interface FoundInLog extends ReadLog {
  readonly failures: readonly Failure[]
}

/**
 * Finds the lines that explain the failures in a log. `summary` and `exitcode` are read if they are beside it. Throws
 * BadInput if there is no such file.
 */
export async function findFailuresIn(file: string): Promise<FoundInLog> {
  const finder = new FailureFinder()
  const read = await readLogLines(file, (line, section, part) => finder.line(line, section, part))
  return { ...read, failures: finder.failures(await knownBeside(file)) }
}

async function knownBeside(file: string): Promise<KnownOfRun> {
  const [summary, exitcode] = await Promise.all(
    ['summary', 'exitcode'].map(name => readBeside(join(dirname(file), name))),
  )
  const code = exitcode?.trim() ?? ''
  return {
    ...(summary === undefined ? {} : { subtests: parseSummary(summary) }),
    ...(/^\d{1,3}$/.test(code) ? { exitcode: Number(code) } : {}),
  }
}

/** The text of a file; undefined if it is missing or unreadable. */
async function readBeside(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path)).subarray(0, LONGEST_SUMMARY).toString('utf8')
  } catch {
    return undefined
  }
}

/** The first failure's lines, best first, and its signature: an object on one line. */
export function failuresObject(file: string, { failures: [first] }: FoundInLog): string {
  const lines = first?.lines.map(({ number }) => number) ?? []
  return `${JSON.stringify({ file, lines, signature: first?.signature ?? '' })}\n`
}

export function failuresText(file: string, { failures }: FoundInLog): string {
  const rows = failures.flatMap(({ test, lines }) =>
    lines.map(({ number, kind, text }) => [number, test, kind, text].join('\t')),
  )
  return [`${file}:`, ...rows, ''].join('\n')
}
