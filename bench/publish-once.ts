/** Publishes the results of a SQLite folder into another one, twice, and prints what that took as JSON. */
import { join } from 'node:path'
import { publishedFiles } from '../src/backends/published/files.ts'
import { sqliteResults } from '../src/backends/results/sqlite.ts'
import { sqliteState } from '../src/backends/state/sqlite.ts'
import { silentLog } from '../src/log.ts'
import { publishDatabase } from '../src/operations/publish-database.ts'

const [folder = '', to = ''] = process.argv.slice(2)
const results = await sqliteResults({ file: join(folder, 'autopkgtest.db'), log: silentLog })
const state = await sqliteState({ file: join(to, 'state.db'), log: silentLog })
const published = publishedFiles({ file: join(to, 'public', 'autopkgtest.db') })
const { signal } = new AbortController()

async function publish(since: string | undefined) {
  const [started, before] = [performance.now(), process.cpuUsage()]
  const { version, outcome } = await publishDatabase({ results, state, published }, since, signal)
  const { user, system } = process.cpuUsage(before)
  return { version, outcome, seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 }
}

const first = await publish(undefined)
const again = await publish(first.version)
const peakMb = (process.resourceUsage().maxRSS * 1024) / 1e6
process.stdout.write(`${JSON.stringify({ first, again, peakMb })}\n`)
for (const one of [state, results]) await one.close()
