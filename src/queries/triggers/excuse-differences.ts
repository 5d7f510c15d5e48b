import type { Derived } from '../../backends/derived/derived.ts'
import type { TestOutcome } from '../../backends/derived/triggers.ts'
import type { ExcuseDifference } from '../../contracts/files/excuse-differences.ts'
import type { BritneyResult } from '../../contracts/files/excuse-tests.ts'
import type { Excuses } from '../../contracts/files/excuses.ts'
import { runIdTime } from '../../domain/run/run-id.ts'
import { testId } from '../../domain/test/test.ts'
import { britneyWord, isFailing } from '../../domain/trigger/outcome.ts'
import type { Trigger } from '../../domain/trigger/trigger.ts'

/** The outcomes of an upload, compared with britney's words. */
export interface ComparedUpload {
  /** The number of tests with comparable results on both sides. */
  readonly compared: number
  readonly differences: readonly ExcuseDifference[]
}

/** The number of tests of one upload that are read at once. */
const SOME = 2_000
/** Britney reads results for some time before it writes its excuses: it may not know later decisions. */
const READING_MS = 60 * 60_000

/**
 * Compares the outcomes of an upload at its tests with britney's. Tests that britney is waiting for, and
 * those decided after it looked, cannot be compared.
 */
export async function compareUpload(
  { triggers }: Pick<Derived, 'triggers'>,
  excuses: Excuses,
  trigger: Trigger,
): Promise<ComparedUpload> {
  const words = new Map(excuses.tests(trigger).map(said => [testId(said), said]))
  const until = (excuses.made?.getTime() ?? Date.now()) - READING_MS
  const found: ExcuseDifference[] = []
  let compared = 0
  let after: TestOutcome | undefined
  do {
    const tests = await triggers.tests(trigger, {}, { limit: SOME, after })
    after = tests.length < SOME ? undefined : tests.at(-1)
    for (const test of tests) {
      const said = words.get(testId(test))
      if (said === undefined) continue
      words.delete(testId(test))
      const agrees = isAgreed(test, said)
      if (agrees === undefined || (runIdTime(test.runId) ?? 0) > until) continue
      compared += 1
      if (!agrees) found.push(difference(trigger, said, test))
    }
  } while (after !== undefined)
  const unknown = [...words.values()].filter(({ word }) => DECIDED.has(word))
  return {
    compared: compared + unknown.length,
    differences: [...found, ...unknown.map(said => difference(trigger, said, undefined))],
  }
}

/** Words that mean that a run has ended. */
const DECIDED: ReadonlySet<string> = new Set(['PASS', 'NEUTRAL', 'REGRESSION', 'ALWAYSFAIL', 'IGNORE-FAIL'])

/**
 * Whether both agree; undefined if they cannot be compared, as britney is waiting for a run. A failure with a
 * hint is still a failure.
 */
function isAgreed({ outcome }: TestOutcome, { word }: BritneyResult): boolean | undefined {
  if (word === 'IGNORE-FAIL') return isFailing(outcome)
  if (!DECIDED.has(word) && word !== britneyWord('no baseline')) return undefined
  return britneyWord(outcome) === word
}

const difference = (
  { source, version }: Trigger,
  { release, arch, package: name, word }: BritneyResult,
  test: TestOutcome | undefined,
): ExcuseDifference => ({
  ...{ source, version, release, arch, package: name, britney: word },
  outcome: test?.outcome ?? null,
  run_id: test?.runId ?? null,
})
