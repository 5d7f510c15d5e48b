import type { Run } from '../../../domain/run/run.ts'
import { type TestKey, testId } from '../../../domain/test/test.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { findableRequester } from '../findable-requester.ts'

/** The most numbers kept in memory; beyond that they are read again. */
const MOST_KEPT = 100_000

const TEST = 'SELECT id FROM test WHERE package = ? AND release = ? AND arch = ?'
const PUT_TEST = 'INSERT INTO test(package, release, arch) VALUES (?, ?, ?)'
const RELEASE_ARCH = 'SELECT id FROM release_arch WHERE release = ? AND arch = ?'
const PUT_RELEASE_ARCH = 'INSERT INTO release_arch(release, arch) VALUES (?, ?)'
const REQUESTER = 'SELECT id FROM requester WHERE name = ?'
const PUT_REQUESTER = 'INSERT INTO requester(name) VALUES (?)'

/** The numbers that stand for names, created where missing; only inside its own transactions. */
export interface SqliteNames {
  /** A write transaction that asks for numbers. New numbers are remembered only if it is committed. */
  transaction<T>(work: () => T): T
  /** Clears the memory if the tables were emptied meanwhile: to be called before numbers are asked for. */
  refresh(): void
  testOf(test: TestKey): number
  releaseArchOf(test: TestKey): number
  requesterOf(run: Pick<Run, 'requester'>): number | null
}

export function sqliteNames(sqlite: SqliteFile): SqliteNames {
  const kept = new Map<string, number>()
  let generation: number | undefined

  const numberOf = (key: string, select: string, insert: string, values: readonly string[]): number => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const found = sqlite
      .writing(select)
      .pluck()
      .get(...values) as number | undefined
    const id = found ?? Number(sqlite.writing(insert).run(...values).lastInsertRowid)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(key, id)
    return id
  }
  return {
    transaction(work) {
      try {
        return sqlite.transaction(work)
      } catch (error) {
        kept.clear()
        generation = undefined
        throw error
      }
    },
    refresh() {
      const now = sqlite.writing('SELECT generation FROM progress').pluck().get() as number
      if (now !== generation) kept.clear()
      generation = now
    },
    testOf: test => numberOf(`test ${testId(test)}`, TEST, PUT_TEST, [test.package, test.release, test.arch]),
    releaseArchOf: ({ release, arch }) =>
      numberOf(`release_arch ${release}/${arch}`, RELEASE_ARCH, PUT_RELEASE_ARCH, [release, arch]),
    requesterOf(run) {
      const name = findableRequester(run)
      return name === '' ? null : numberOf(`requester ${name}`, REQUESTER, PUT_REQUESTER, [name])
    },
  }
}
