import { describe, expect, it } from 'vitest'
import type { ListEntry, Store } from '../../backends/store/store.ts'
import { listEntries } from './listed-entries.ts'

/** A store whose pages have at most `cap` entries, however many are requested. */
function shortPages(names: readonly string[], cap: number): Pick<Store, 'list'> & { asked: number } {
  const entries: ListEntry[] = names.map(subdir => ({ subdir }))
  const store = {
    asked: 0,
    async list(_: string, { marker = '', limit = 10_000 }: { marker?: string; limit?: number } = {}) {
      store.asked += 1
      const rest = entries.filter(entry => 'subdir' in entry && entry.subdir > marker)
      return rest.slice(0, Math.min(limit, cap))
    },
  }
  return store
}

const NAMES = Array.from({ length: 12 }, (_, index) => `run-${String(index).padStart(2, '0')}@`)

describe('a listing', () => {
  it.each([1, 5, 6, 12, 10_000])('goes on to its end where a page holds at most %d', async cap => {
    const found = await listEntries(shortPages(NAMES, cap), 'c', { delimiter: '@' }, 100)
    expect(found).toEqual({ entries: NAMES.map(subdir => ({ subdir })), isCut: false })
  })

  it('begins behind its marker, and ends where it has enough', async () => {
    const found = await listEntries(shortPages(NAMES, 5), 'c', { marker: 'run-01@' }, 7)
    expect(found?.entries).toEqual(NAMES.slice(2, 9).map(subdir => ({ subdir })))
    expect(found?.isCut).toBe(true)
  })

  it('is undefined for a container that does not exist, and as far as it came for one that goes meanwhile', async () => {
    expect(await listEntries({ list: async () => undefined }, 'c', {}, 10)).toBeUndefined()
    let pages = 0
    const list = async () => (pages++ === 0 ? [{ subdir: 'a@' }] : undefined)
    expect(await listEntries({ list }, 'c', {}, 10)).toEqual({ entries: [{ subdir: 'a@' }], isCut: false })
  })

  it('is bounded where the store gives one name at a time, and says so', async () => {
    const names = Array.from({ length: 3000 }, (_, index) => String(index).padStart(5, '0'))
    const store = shortPages(names, 1)
    expect((await listEntries(store, 'c', {}, 10_000))?.isCut).toBe(true)
    expect(store.asked).toBe(1000)
  })
})
