import { expect, it } from 'vitest'
import type { Results } from '../../src/backends/results/results.ts'
import type { State } from '../../src/backends/state/state.ts'
import type { Store } from '../../src/backends/store/store.ts'
import {
  endIfStoreIsEmpty,
  isFilled,
  noteFilled,
  noteFirstOpening,
} from '../../src/operations/ingest/first-fill.ts'
import { aRun } from '../builders/run.ts'

interface Databases {
  readonly results: Results
  readonly state: State
}

/** The memory of the first fill of a database; each test is given a new pair. */
export function firstFillContract(open: () => Promise<Databases>): void {
  it('has not ended in a new database, whatever comes in, until somebody says so', async () => {
    const databases = await open()
    await noteFirstOpening(databases)
    await databases.results.record([aRun()])
    await noteFirstOpening(databases)
    expect(await isFilled(databases)).toBe(false)
    await noteFilled(databases)
    expect(await isFilled(databases)).toBe(true)
  })

  it('has ended in a database that had results when it was first opened', async () => {
    const databases = await open()
    await databases.results.record([aRun()])
    await noteFirstOpening(databases)
    expect(await isFilled(databases)).toBe(true)
  })

  it('has not ended where an earlier version was at it', async () => {
    const databases = await open()
    await databases.results.record([aRun()])
    await databases.state.setPoint(`fill-empty-database/${await databases.results.id()}`, 'begun')
    expect(await isFilled(databases)).toBe(false)
  })

  it('ends at once where the store is empty, and only there', async () => {
    const databases = await open()
    await noteFirstOpening(databases)
    const storeWith = (...containers: string[]): Pick<Store, 'list'> => ({
      list: async name => (containers.includes(name) ? [{ subdir: 'noble/' }] : undefined),
    })
    const full = { ...databases, store: storeWith('autopkgtest-noble') }
    expect(await endIfStoreIsEmpty(full, ['jammy', 'noble'])).toBe(false)
    expect(await isFilled(databases)).toBe(false)
    expect(await endIfStoreIsEmpty({ ...databases, store: storeWith() }, ['jammy', 'noble'])).toBe(true)
    expect(await isFilled(databases)).toBe(true)
  })
}
