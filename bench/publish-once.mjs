/**
 * Publishes the results of a SQLite folder into another one, twice, and prints the cost as JSON. Runs the built
 * program: the TypeScript loader takes more memory than publishing does.
 */
import { join } from 'node:path'

const load = module => import(new URL(`../dist/${module}.js`, import.meta.url).href)
const { publishedFiles } = await load('backends/published/files')
const { sqliteResults } = await load('backends/results/sqlite/sqlite')
const { sqliteState } = await load('backends/state/sqlite/sqlite')
const { silentLog } = await load('log')
const { publishDatabase } = await load('operations/publish/publish-database')

const [folder = '', to = ''] = process.argv.slice(2)
const results = await sqliteResults({ file: join(folder, 'autopkgtest.db'), log: silentLog })
const state = await sqliteState({ file: join(to, 'state.db'), log: silentLog })
const published = publishedFiles({ file: join(to, 'public', 'autopkgtest.db') })
const { signal } = new AbortController()

async function publish(since) {
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
