import type { Results } from '../../backends/results/results.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** The tests of a release, in steps of `limit`, by package and arch. */
export async function* releaseTests(
  results: Pick<Results, 'tests'>,
  release: string,
  limit: number,
): AsyncGenerator<readonly TestKey[]> {
  for (let after: TestKey | undefined; ; ) {
    const tests = await results.tests(release, { limit, after })
    if (tests.length === 0) return
    yield tests
    after = tests.at(-1)
  }
}
