import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import { ppaResults } from './ppa-results.ts'

it('counts all runs of a PPA, however few names a store gives at once, and shows the newest', async () => {
  const container = 'autopkgtest-noble-joe-tools'
  const store = filesystemStore({ root: temporaryFolder() })
  await store.createContainer(container, 'public')
  for (const day of ['1', '2', '3', '4', '5'])
    await store.put(container, `noble/amd64/h/hello/2026112${day}_101112_abcde@/log.gz`, Buffer.from(day))
  const few = {
    get: store.get,
    list: (name: string, query = {}) => store.list(name, { ...query, limit: 2 }),
  }
  const containers = [{ container, release: 'noble', user: 'joe', ppa: 'tools' }]
  const { runs, total, isCut } = await ppaResults({ store: few }, containers, { limit: 2, offset: 0 })
  expect(runs.map(({ run }) => run.runId)).toEqual(['20261125_101112_abcde@', '20261124_101112_abcde@'])
  expect([total, isCut]).toEqual([5, false])
})
