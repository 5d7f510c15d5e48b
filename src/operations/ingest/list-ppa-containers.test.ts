import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { filesystemStore } from '../../backends/store/filesystem/filesystem.ts'
import type { Access, Store } from '../../backends/store/store.ts'
import { type KnownAccess, listPpaContainers } from './list-ppa-containers.ts'

/** A store with these containers that counts how often access is asked, and may say so itself. */
async function storeWith(names: readonly string[], said: Partial<Record<string, Access>> = {}) {
  const root = temporaryFolder()
  for (const name of names) await mkdir(join(root, name))
  const real = filesystemStore({ root })
  const asked: string[] = []
  const store: Pick<Store, 'containers' | 'access'> = {
    containers: query => real.containers({ ...query, limit: 2 }),
    async access(container) {
      asked.push(container)
      return said[container] ?? real.access(container)
    },
  }
  return { store, asked, root }
}

describe('the containers of PPAs', () => {
  it('are those of the configured releases, without the releases themselves', async () => {
    const { store } = await storeWith([
      'autopkgtest-noble',
      'autopkgtest-noble-alice-tools',
      'autopkgtest-noble-a-b-c',
      'autopkgtest-noble2-bob-x',
      'autopkgtest-jammy-alice-tools',
      'autopkgtest-trusty-alice-tools',
      'private-autopkgtest-noble-alice-secret',
      'db-backups',
    ])
    expect(await listPpaContainers(store, ['noble', 'jammy'], new Map(), 0)).toEqual([
      'autopkgtest-jammy-alice-tools',
      'autopkgtest-noble-a-b-c',
      'autopkgtest-noble-alice-tools',
    ])
  })

  it('are left out unless everybody may read them', async () => {
    const said = {
      'autopkgtest-noble-alice-secret': 'private',
      'autopkgtest-noble-alice-gone': 'missing',
    } as const
    const { store } = await storeWith([...Object.keys(said), 'autopkgtest-noble-alice-open'], said)
    expect(await listPpaContainers(store, ['noble'], new Map(), 0)).toEqual(['autopkgtest-noble-alice-open'])
  })

  it('are asked about once, until what is known is old', async () => {
    const { store, asked, root } = await storeWith(['autopkgtest-noble-alice-a', 'autopkgtest-noble-alice-b'])
    const known: KnownAccess = new Map()
    await listPpaContainers(store, ['noble'], known, 60_000)
    await mkdir(join(root, 'autopkgtest-noble-alice-c'))
    expect(await listPpaContainers(store, ['noble'], known, 60_000)).toHaveLength(3)
    expect(asked.toSorted()).toEqual(['a', 'b', 'c'].map(name => `autopkgtest-noble-alice-${name}`))
    await listPpaContainers(store, ['noble'], known, 0)
    expect(asked).toHaveLength(6)
  })
})
