import { type RunKey, type TestKey, testId } from '../../../domain/test/test.ts'

/** Run ids, grouped by their test. */
export function byTest(
  runs: readonly RunKey[],
): { readonly test: TestKey; readonly runIds: ReadonlySet<string> }[] {
  const tests = new Map<string, { test: TestKey; runIds: Set<string> }>()
  for (const run of runs) {
    const one = tests.get(testId(run)) ?? { test: run, runIds: new Set() }
    tests.set(testId(run), one)
    one.runIds.add(run.runId)
  }
  return [...tests.values()]
}
