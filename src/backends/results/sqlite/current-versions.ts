import type { SqliteFile } from '../../sql/sqlite/sqlite.ts'
import { parseSourcesUrl, planRefresh } from '../plan-refresh.ts'
import type { CurrentVersionRow, CurrentVersions } from '../results.ts'

const OF_RELEASE =
  'SELECT release, pocket, component, package, version FROM current_version WHERE release = ?'
const PUT =
  'INSERT OR REPLACE INTO current_version(release, pocket, component, package, version) VALUES (?, ?, ?, ?, ?)'
const REMOVE = 'DELETE FROM current_version WHERE release = ? AND package = ?'
const REMOVE_ALL = 'DELETE FROM current_version WHERE release = ?'
const LAST_CHECKED = 'SELECT timestamp FROM url_last_checked WHERE url = ?'
const CHECKED = 'INSERT OR REPLACE INTO url_last_checked(url, timestamp) VALUES (?, ?)'
/** A package that left a pocket may be in an index that did not change: the whole release is read again. */
const FORGET = "DELETE FROM url_last_checked WHERE url LIKE '%/dists/' || ? || '/%'"

/** `current_version` and `url_last_checked` in the results file itself. */
export function sqliteCurrentVersions(sqlite: SqliteFile): CurrentVersions {
  return {
    async lastChecked(url) {
      return sqlite.get<{ timestamp: string }>(LAST_CHECKED, [url])?.timestamp
    },
    async refresh(url, lastModified, rows) {
      const index = parseSourcesUrl(url)
      return sqlite.transaction(() => {
        const existing = sqlite.writing(OF_RELEASE).all(index.release) as CurrentVersionRow[]
        const { put, removed } = planRefresh(index, existing, rows)
        const isSame = put.length + removed.length === 0
        if (isSame && sqlite.writing(LAST_CHECKED).get(url) !== undefined) return false
        for (const name of removed) sqlite.writing(REMOVE).run(index.release, name)
        for (const row of put) {
          sqlite.writing(PUT).run(row.release, row.pocket, row.component, row.package, row.version)
        }
        if (removed.length > 0 && index.pocket !== index.release) sqlite.writing(FORGET).run(index.release)
        sqlite.writing(CHECKED).run(url, lastModified)
        return true
      })
    },
    async versions(release) {
      const rows = sqlite.all<CurrentVersionRow>(OF_RELEASE, [release])
      return new Map(rows.map(row => [row.package, row.version]))
    },
    async forget(release) {
      sqlite.transaction(() => {
        sqlite.writing(REMOVE_ALL).run(release)
        for (const pocket of [release, `${release}-updates`]) sqlite.writing(FORGET).run(pocket)
      })
    },
    version: async () => readArchiveMark(sqlite),
  }
}

/** Changes with every refresh; a row for each index, some dozens. */
export function readArchiveMark(sqlite: SqliteFile): string {
  const rows = sqlite.all<{ url: string; timestamp: string }>(
    'SELECT url, timestamp FROM url_last_checked ORDER BY url',
  )
  return rows.map(row => `${row.url} ${row.timestamp}`).join('\n')
}
