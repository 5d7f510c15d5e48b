import { expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import type { Derived } from '../../backends/derived/derived.ts'
import { sqliteDerived } from '../../backends/derived/sqlite/sqlite.ts'
import { Unavailable } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { indexMoreRuns } from './index-runs.ts'
import { removeRuns } from './remove-runs.ts'

async function setUp() {
  const [gone, kept] = [aRun(), aRun()]
  const results = await resultsWith(gone, kept)
  const derived = await sqliteDerived({ file: `${temporaryFolder()}/derived.db`, log: silentLog })
  onTestFinished(() => derived.close())
  const index = async () => {
    while (await indexMoreRuns({ results, derived }));
  }
  const known = async () => ({
    rows: await Promise.all([gone, kept].map(async run => (await results.run(run)) !== undefined)),
    derived: (await derived.newest({}, { limit: 9, offset: 0 })).map(({ runId }) => runId),
  })
  return { gone, kept, results, derived, index, known }
}

it.each([1, 2])('removing goes on where the derived database was away at its asking %d', async failing => {
  const { gone, kept, results, derived, index, known } = await setUp()
  await index()
  let asked = 0
  const remove: Derived['remove'] = async runs => {
    asked += 1
    if (asked === failing) throw new Unavailable('away')
    await derived.remove(runs)
  }
  await expect(removeRuns({ results, derived: { remove } }, [gone])).rejects.toThrow(Unavailable)
  // Nobody finds a run again that has lost its row: nothing of it may be left
  const between = await known()
  expect(between.derived.includes(gone.runId)).toBe(between.rows[0])
  await removeRuns({ results, derived }, [gone])
  expect(await known()).toEqual({ rows: [false, true], derived: [kept.runId] })
})

it('a row that is indexed while it is removed leaves nothing behind', async () => {
  const { gone, kept, results, derived, index, known } = await setUp()
  const remove: typeof results.remove = async runs => {
    await index()
    return results.remove(runs)
  }
  await removeRuns({ results: { remove }, derived }, [gone])
  expect(await known()).toEqual({ rows: [false, true], derived: [kept.runId] })
})
