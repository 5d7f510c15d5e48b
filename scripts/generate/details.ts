import type { RunDetails } from '../../src/backends/derived/derived.ts'
import type { Failure, FailureLine } from '../../src/domain/log/failure/failure.ts'
import { SIGNATURE_RULES, signatureText } from '../../src/domain/log/failure/signature.ts'
import type { LogIndex, LogSection } from '../../src/domain/log/log-index.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { hasFailed, type Subtest, type SubtestResult } from '../../src/domain/run/subtest.ts'
import { verdictOf } from '../../src/domain/run/verdict.ts'
import { parseTrigger, splitTriggers } from '../../src/domain/trigger/trigger.ts'
import { type Random, seededRandom, seedOf } from '../../src/sample/random.ts'
import { drawReason, drawRunError } from './reasons.ts'

/** The contents that the files of a run would have. */
export interface GeneratedDetails {
  readonly details: RunDetails
  readonly failures: readonly Failure[]
}

const NAMES = [
  'upstream-tests',
  'smoke',
  'unittests',
  'python3',
  'installed-tests',
  'build',
  'cli',
  'autodep8',
]

/** The names of a package's tests: the same in each of its runs. Most packages have few, some very many. */
function testsOf(name: string): readonly string[] {
  const random = seededRandom(seedOf(name))
  const count = Math.min(60, Math.floor(random.pareto(1.1)))
  const first = random.below(NAMES.length)
  return Array.from({ length: count }, (_, place) =>
    place < NAMES.length ? (NAMES[(first + place) % NAMES.length] as string) : `command${place}`,
  )
}

/**
 * Subtests, failures and contents of the log of a run: derived from its row alone, so that the same rows always have
 * the same. A package mostly fails in its own weak test and in its own few ways, now and then like others that the
 * same upload triggered, and seldom for a reason that all share.
 */
export function makeDetails(run: Run): GeneratedDetails {
  const random = seededRandom(seedOf(`${run.release}/${run.arch}/${run.package}/${run.runId}`))
  const subtests = isOfTests(run) ? testsOf(run.package).map(test => subtestOf(run, test, random)) : []
  const log = indexOf(run, subtests, random)
  return { details: { subtests, log }, failures: failuresOf(run, subtests, log, random) }
}

/** Whether its tests were run: autopkgtest's own errors come before that. */
const isOfTests = ({ exitcode }: Run): boolean => exitcode !== null && [0, 2, 4, 6, 8, 14].includes(exitcode)

function subtestOf(run: Run, name: string, random: Random): Subtest {
  const result = drawResult(run, name, random)
  const detail = hasFailed(result)
    ? `non-zero exit status ${random.chance(0.9) ? 1 : 2}`
    : result === 'SKIP'
      ? 'Test requires isolation-machine'
      : ''
  return { name, result, detail }
}

function drawResult({ package: name, exitcode }: Run, test: string, random: Random): SubtestResult {
  const tests = testsOf(name)
  const isWeak = test === tests[seedOf(name) % tests.length]
  if (exitcode === 8) return 'SKIP'
  if (exitcode === 4 || exitcode === 6 || exitcode === 14) if (isWeak || random.chance(0.08)) return 'FAIL'
  if (exitcode !== 0 && exitcode !== 4) return seedOf(test) % 4 === 0 ? 'SKIP' : 'PASS'
  return random.chance(0.01) && !isWeak ? 'FLAKY' : 'PASS'
}

/** Lines that a test prints, and those before the first one. */
const LINES = { preparation: 180, test: 120 }

function indexOf(run: Run, subtests: readonly Subtest[], random: Random): LogIndex {
  const each = Math.floor((run.duration ?? 0) / (subtests.length + 1))
  const section = (kind: LogSection['kind'], name: string, place: number): LogSection => ({
    kind,
    name,
    line: place === 0 ? 1 : LINES.preparation + (place - 1) * LINES.test,
    offset: place === 0 ? 0 : (LINES.preparation + (place - 1) * LINES.test) * 60,
    took: Math.floor(each * (0.5 + random.next())),
  })
  const sections = [
    section('preparation', '', 0),
    ...subtests.map(({ name, result, detail }, place) => ({
      ...section('test', name, place + 1),
      outputLine: LINES.preparation + place * LINES.test + 40,
      result,
      detail,
    })),
    section('summary', '', subtests.length + 1),
  ]
  const lines = LINES.preparation + subtests.length * LINES.test + subtests.length + 2
  return { sections, lines, bytes: lines * 60 }
}

function failuresOf(run: Run, subtests: readonly Subtest[], log: LogIndex, random: Random): Failure[] {
  const verdict = verdictOf(run.exitcode)
  if (verdict === 'pass' || verdict === 'neutral' || verdict === 'denylisted') return []
  const failed = subtests.filter(({ result }) => hasFailed(result))
  if (failed.length === 0) return [failure('', drawRunError(run, random), 90 + random.below(60))]
  const sources = splitTriggers(run.triggers).flatMap(one => parseTrigger(one)?.source ?? [])
  return failed.map(({ name }) => {
    const begin = log.sections.find(section => section.name === name)?.outputLine ?? 1
    return failure(name, drawReason(run.package, name, sources, random), begin + 1 + random.below(60))
  })
}

function failure(test: string, text: string, number: number): Failure {
  const lines: FailureLine[] = [
    { number, text, kind: 'other' },
    { number: number + 4, text: 'make: *** [Makefile:31: check] Error 1', kind: 'other' },
  ]
  return { test, lines, signature: signatureText(text), rules: SIGNATURE_RULES }
}
