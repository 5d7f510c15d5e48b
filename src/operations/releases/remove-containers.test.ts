import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Store } from '../../backends/store/store.ts'
import { releaseContainers, removeContainer } from './remove-containers.ts'

const OURS = [
  'autopkgtest-noble',
  'autopkgtest-noble-joe-a',
  'autopkgtest-noble-joe-b',
  'autopkgtest-noble-z',
]
const OTHERS = ['autopkgtest-noblest', 'autopkgtest-jammy']

/** A store that gives two names at a time, however many it has. */
async function fewAtATime(): Promise<Store> {
  const store = filesystemStore({ root: temporaryFolder() })
  for (const name of [...OURS, ...OTHERS]) await store.createContainer(name, 'public')
  for (const name of ['a/1', 'a/2', 'b/1', 'c', 'd'])
    await store.put('autopkgtest-noble', name, Buffer.from(name))
  return {
    ...store,
    containers: query => store.containers({ ...query, limit: 2 }),
    list: (container, query) => store.list(container, { ...query, limit: 2 }),
  }
}

const options = { dryRun: false, signal: new AbortController().signal }

it('finds all containers of a release, and none of another', async () => {
  expect((await releaseContainers(await fewAtATime(), 'noble')).toSorted()).toEqual(OURS)
})

it('removes all that is in a container, and counts it first', async () => {
  const store = await fewAtATime()
  expect(await removeContainer(store, 'autopkgtest-noble', { ...options, dryRun: true })).toBe(5)
  expect(await store.head('autopkgtest-noble', 'd')).toBeDefined()
  expect(await removeContainer(store, 'autopkgtest-noble', options)).toBe(5)
  expect(await store.containers({ prefix: 'autopkgtest-noble' })).not.toContain('autopkgtest-noble')
})

it('looks again where something came in meanwhile', async () => {
  const store = await fewAtATime()
  let late = 2
  const busy: Store = {
    ...store,
    async removeContainer(container) {
      if (late-- > 0) await store.put(container, 'late', Buffer.from('late'))
      return store.removeContainer(container)
    },
  }
  expect(await removeContainer(busy, 'autopkgtest-noble', options)).toBe(7)
})
