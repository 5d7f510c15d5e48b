import type { SqliteFile } from '../sql/sqlite.ts'

interface Pair {
  readonly release: string
  readonly arch: string
}

/**
 * No index of the published schema leads to the pairs of release and arch, and reading all tests takes 50 ms.
 * So what was found is kept with a witness for each pair, and only tests that came later are read.
 */
export function testedPairs(sqlite: SqliteFile): () => Promise<Pair[]> {
  let pairs = new Map<string, Pair & { readonly witness: number }>()
  let last = 0

  const isThere = ({ witness, release, arch }: Pair & { witness: number }): boolean =>
    sqlite.get('SELECT 1 FROM test WHERE id = ? AND release = ? AND arch = ?', [witness, release, arch]) !==
    undefined

  return async () => {
    const newest = sqlite.get<{ id: number | null }>('SELECT max(id) AS id FROM test')?.id ?? 0
    if (newest < last || ![...pairs.values()].every(isThere)) {
      pairs = new Map()
      last = 0
    }
    const found = sqlite.all<Pair & { witness: number }>(
      'SELECT release, arch, min(id) AS witness FROM test WHERE id > ? AND id <= ? GROUP BY release, arch',
      [last, newest],
    )
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
