import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import { storeRun } from '../../../test/builders/stored-run.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import { BadInput } from '../../domain/errors.ts'
import type { Run } from '../../domain/run/run.ts'
import { runFetcher } from './fetch-runs.ts'
import { readStoredRun } from './read-stored-run.ts'

it('counts each run once: as new, as recorded by somebody meanwhile, or as what nobody can record', async () => {
  const root = join(temporaryFolder(), 'store')
  await mkdir(root)
  const store = filesystemStore({ root })
  const meanwhile = [aRun(), aRun()]
  const fresh = [aRun(), aRun(), aRun()]
  const unrecordable = aRun().of('refused')
  const runs = [...meanwhile, unrecordable, ...fresh]
  for (const run of runs) await storeRun(store, run)
  const recorded = await resultsWith(...meanwhile)
  const record = (rows: readonly Run[]) => {
    if (rows.some(row => row.package === 'refused')) throw new BadInput('no run can be recorded as that')
    return recorded.record(rows)
  }
  let fetched = 0
  const fetchRuns = runFetcher(
    { readRun: (...run) => readStoredRun(store, ...run), results: { record: async rows => record(rows) } },
    'autopkgtest-noble',
    {
      parallel: 2,
      logHeads: true,
      signal: new AbortController().signal,
      onFetched: () => fetched++,
    },
  )
  expect(await fetchRuns(runs)).toMatchObject({
    new: 3,
    known: 2,
    left: 0,
    broken: [{ name: expect.stringContaining(unrecordable.runId) }],
  })
  expect(fetched).toBe(6)
  expect(await fetchRuns(runs)).toMatchObject({ new: 0, known: 5, broken: [expect.anything()] })
})
