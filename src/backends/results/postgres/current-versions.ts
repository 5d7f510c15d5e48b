import type { PostgresPool } from '../../sql/postgres/postgres.ts'
import { parseSourcesUrl, planRefresh } from '../plan-refresh.ts'
import type { CurrentVersionRow, CurrentVersions } from '../results.ts'

const OF_RELEASE = `SELECT release, pocket, component, package, version FROM results.current_version WHERE release = $1`
const PUT = `INSERT INTO results.current_version(release, pocket, component, package, version)
  SELECT $1, $2, $3, given.package, given.version FROM unnest($4::text[], $5::text[]) AS given(package, version)
  ON CONFLICT (release, package) DO UPDATE
  SET pocket = excluded.pocket, component = excluded.component, version = excluded.version`
const REMOVE = 'DELETE FROM results.current_version WHERE release = $1 AND package = ANY($2::text[])'
const REMOVE_ALL = 'DELETE FROM results.current_version WHERE release = $1'
const LAST_CHECKED = 'SELECT timestamp FROM results.url_last_checked WHERE url = $1'
const CHECKED = `INSERT INTO results.url_last_checked(url, timestamp) VALUES ($1, $2)
  ON CONFLICT (url) DO UPDATE SET timestamp = excluded.timestamp`
/** As on SQLite: a package that left a pocket may still be in an index that did not change. */
const FORGET = "DELETE FROM results.url_last_checked WHERE url LIKE '%/dists/' || $1 || '/%'"
/** Two refreshes at once would each plan from rows that the other one changes. */
const ALONE = 'LOCK TABLE results.current_version IN SHARE ROW EXCLUSIVE MODE'

/** `current_version` and `url_last_checked` as tables of the schema. */
export function postgresCurrentVersions(pool: PostgresPool): CurrentVersions {
  return {
    async lastChecked(url) {
      const [row] = await pool.ask<{ timestamp: string }>(LAST_CHECKED, [url])
      return row?.timestamp
    },
    async refresh(url, lastModified, rows) {
      const index = parseSourcesUrl(url)
      return pool.transaction(async ask => {
        await ask(ALONE)
        const existing = await ask<CurrentVersionRow>(OF_RELEASE, [index.release])
        const { put, removed } = planRefresh(index, existing, rows)
        const isSame = put.length + removed.length === 0
        if (isSame && (await ask(LAST_CHECKED, [url])).length > 0) return false
        if (removed.length > 0) await ask(REMOVE, [index.release, removed])
        const names = put.map(row => row.package)
        const versions = put.map(row => row.version)
        if (put.length > 0) await ask(PUT, [index.release, index.pocket, index.component, names, versions])
        if (removed.length > 0 && index.pocket !== index.release) await ask(FORGET, [index.release])
        await ask(CHECKED, [url, lastModified])
        return true
      })
    },
    async versions(release) {
      const rows = await pool.ask<CurrentVersionRow>(OF_RELEASE, [release])
      return new Map(rows.map(row => [row.package, row.version]))
    },
    async forget(release) {
      await pool.transaction(async ask => {
        await ask(ALONE)
        await ask(REMOVE_ALL, [release])
        for (const pocket of [release, `${release}-updates`]) await ask(FORGET, [pocket])
      })
    },
    async version() {
      const rows = await pool.ask<{ url: string; timestamp: string }>(
        'SELECT url, timestamp FROM results.url_last_checked ORDER BY url COLLATE "C"',
      )
      return rows.map(row => `${row.url} ${row.timestamp}`).join('\n')
    },
  }
}
