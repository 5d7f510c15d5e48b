import { expect, it } from 'vitest'
import { startDaemon } from '../../test/builders/daemons.ts'
import { aRun } from '../../test/builders/run.ts'
import { aSite } from '../../test/builders/site.ts'
import { publishedFiles } from '../backends/published/files.ts'
import type { Store } from '../backends/store/store.ts'
import { swiftStore } from '../backends/store/swift/swift.ts'
import { silentLog } from '../log.ts'
import { RESULTS_BACKUPS, STATE_BACKUPS } from '../operations/backups/stored-backups.ts'
import { backupDaily } from './backup-db.ts'

async function start(given: { store?: Store; log?: typeof silentLog } = {}) {
  const site = aSite()
  const results = await site.results()
  await results.record([aRun()])
  const published = publishedFiles({ file: site.file('public/autopkgtest.db') })
  const state = await site.state()
  const { store = site.store, log = silentLog } = given
  const running = await startDaemon(backupDaily(0.02), { results, published, state, store }, { log })
  return { store, running }
}

it('makes one backup a day, however often it looks', async () => {
  const { store } = await start()
  for (const { container } of [RESULTS_BACKUPS, STATE_BACKUPS])
    await expect.poll(() => store.list(container), { timeout: 10_000 }).toHaveLength(1)
  await new Promise(resolve => setTimeout(resolve, 200))
  for (const { container } of [RESULTS_BACKUPS, STATE_BACKUPS])
    expect(await store.list(container)).toHaveLength(1)
})

it('makes another one once the newest is a day old', async () => {
  const { store } = await start()
  await expect.poll(() => store.list(STATE_BACKUPS.container), { timeout: 10_000 }).toHaveLength(1)
  const [made] = (await store.list(STATE_BACKUPS.container)) ?? []
  const old = `2026/01/01/00_00_00/${'a'.repeat(32)}/state.zst`
  await store.put(STATE_BACKUPS.container, old, Buffer.from('x'))
  await store.remove(STATE_BACKUPS.container, made !== undefined && 'name' in made ? made.name : '')
  const names = async () => (await store.list(STATE_BACKUPS.container))?.map(one => 'name' in one && one.name)
  await expect
    .poll(names, { timeout: 10_000 })
    .toEqual([expect.stringContaining('2026/01/01'), expect.not.stringContaining('2026/01/01')])
})

it('says once that a store that is only read takes none, and is well', async () => {
  const said: string[] = []
  const log = {
    ...silentLog,
    warn: (_: object, message: string) => void said.push(message),
    child: () => log,
  } as typeof silentLog
  const store = swiftStore(
    { login: 'anonymous', storageUrl: 'http://127.0.0.1:9/v1/AUTH_x' },
    { log: silentLog },
  )
  // The listing of a container that a stranger may not see is that of one that is not there
  const { running } = await start({ store: { ...store, list: async () => undefined }, log })
  await expect.poll(() => said, { timeout: 10_000 }).toHaveLength(1)
  await new Promise(resolve => setTimeout(resolve, 100))
  expect(said).toEqual(['no backups are made: the object store is read-only here'])
  expect(running.health()).toEqual({ ok: true })
})
