import { readInThread } from '../../sql/sqlite/read-in-thread.ts'
import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'

interface Pair {
  readonly release: string
  readonly arch: string
}

/** A test of a pair: as long as it exists, so does the pair. */
interface Witness {
  readonly witness: number
}

/** If there are more tests than this, they are read off the calling thread. */
const MANY = 20_000
const FIRST_OF_EACH =
  'SELECT release, arch, min(id) AS witness FROM test WHERE id > ? AND id <= ? GROUP BY release, arch'

/**
 * No index of the published schema leads to the pairs of release and arch, and reading all tests takes 50 ms.
 * So each pair is kept with a witness, and only newer tests are read.
 */
export function testedPairs(sqlite: SqliteFile): () => Promise<Pair[]> {
  let pairs = new Map<string, Pair & Witness>()
  let last = 0

  const isThere = ({ witness, release, arch }: Pair & Witness): boolean =>
    sqlite.get('SELECT 1 FROM test WHERE id = ? AND release = ? AND arch = ?', [witness, release, arch]) !==
    undefined

  return async () => {
    const newest = sqlite.get<{ id: number | null }>('SELECT max(id) AS id FROM test')?.id ?? 0
    if (newest < last || ![...pairs.values()].every(isThere)) {
      pairs = new Map()
      last = 0
    }
    // Reading all tests takes tens of milliseconds; new ones are few
    const range = [last, newest]
    const found =
      newest - last > MANY
        ? await readInThread<Pair & Witness>(sqlite.file, FIRST_OF_EACH, range)
        : sqlite.all<Pair & Witness>(FIRST_OF_EACH, range)
    for (const pair of found) {
      const key = `${pair.release}/${pair.arch}`
      if (!pairs.has(key)) pairs.set(key, pair)
    }
    last = newest
    return [...pairs.values()]
      .map(({ release, arch }) => ({ release, arch }))
      .sort((a, b) => (a.release + a.arch < b.release + b.arch ? -1 : 1))
  }
}
