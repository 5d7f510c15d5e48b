import { BadInput, NotFound } from '../../../../domain/errors.ts'
import { looksLikeRunId } from '../../../../domain/run/run-id.ts'
import type { RunKey, TestKey } from '../../../../domain/test/test.ts'
import { type ComparedRuns, comparedRuns } from '../../../../queries/compare/compared-runs.ts'
import { latestRun } from '../../../../queries/tests/latest-run.ts'
import type { Web } from '../../../web.ts'

/** The first run of a test, which has no earlier run to compare it with. */
export interface NothingEarlier {
  readonly first: RunKey
}

/**
 * The two runs that an address asks for. Without `to` it is the newest run of the test, and without `from` the last
 * pass before that, or the run before where it never passed.
 */
export async function comparedPair(
  web: Web,
  test: TestKey,
  query: URLSearchParams,
): Promise<ComparedRuns | NothingEarlier> {
  const to = readRun(test, query, 'to') ?? (await newestOf(web, test))
  const from = readRun(test, query, 'from') ?? (await passBefore(web, to))
  if (from === undefined) return { first: to }
  const compared = await comparedRuns(web, { from, to })
  if ('missing' in compared) {
    const { package: name, release, arch, runId } = compared.missing
    throw new NotFound(`There is no run ${runId} of ${name} on ${release} ${arch}.`)
  }
  return compared
}

/** `RUN`, of the test whose page it is, or `RELEASE/ARCH/RUN` of the same package; undefined if none is named. */
function readRun(test: TestKey, query: URLSearchParams, name: 'from' | 'to'): RunKey | undefined {
  const value = query.get(name)?.trim()
  if (value === undefined || value === '') return undefined
  const parts = value.split('/')
  const [release, arch, runId] = parts.length === 1 ? [test.release, test.arch, value] : parts
  if (parts.length > 3 || !release || !arch || runId === undefined || !looksLikeRunId(runId))
    throw new BadInput(`“${name}” must be a run id, which ends in @, or RELEASE/ARCH/RUN_ID.`)
  return { package: test.package, release, arch, runId }
}

async function newestOf(web: Web, test: TestKey): Promise<RunKey> {
  const { run } = await latestRun(web, test, 'latest')
  if (run === undefined)
    throw new NotFound(`${test.package} has no run on ${test.release} ${test.arch} to compare with.`)
  return run
}

async function passBefore(web: Web, run: RunKey): Promise<RunKey | undefined> {
  const { run: pass } = await latestRun(web, run, 'latest-pass', run.runId)
  return pass ?? (await web.results.neighbours(run)).previous
}
