import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { anEmbeddedBroker } from '../../test/builders/brokers.ts'
import { startDaemon } from '../../test/builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../../test/builders/databases.ts'
import { aRequest } from '../../test/builders/request.ts'
import { openSnapshotsIn } from '../../test/builders/snapshots.ts'
import { sqliteState } from '../backends/state/sqlite/sqlite.ts'
import { silentLog } from '../log.ts'
import { settleRequestsDaemon } from './settle-requests.ts'

it('finds at its start what was sent before a crash', async () => {
  const folder = temporaryFolder()
  const broker = anEmbeddedBroker()()
  await broker.declareQueues(['debci-noble-amd64'])
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const snapshots = openSnapshotsIn(folder)
  await snapshots.running.replace({})
  const request = aRequest()
  await state.requests.claim([request], 600, new Date(Date.now() - 3 * 60_000))
  await broker.publish('debci-noble-amd64', request.body)

  await startDaemon(settleRequestsDaemon, { broker, state, snapshots, results: await resultsWith() })
  await expect
    .poll(async () => (await state.requests.byUuid(request.uuid))?.state, { timeout: 10_000 })
    .toBe('published')
  expect(await broker.depths(['debci-noble-amd64'])).toEqual(new Map([['debci-noble-amd64', 1]]))
})

it('lets refusals go that are older than 90 days, and keeps the others', async () => {
  const folder = temporaryFolder()
  const broker = anEmbeddedBroker()()
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const refusal = { requester: 'joe', source: 'page', address: '192.0.2.7', asked: '' } as const
  for (const days of [91, 89, 0])
    await state.requests.refused({ ...refusal, reason: `${days} days ago`, at: daysAgo(days) })
  const snapshots = openSnapshotsIn(folder)

  await startDaemon(settleRequestsDaemon, { broker, state, snapshots, results: await resultsWith() })
  await expect
    .poll(async () => (await state.requests.refusals({ limit: 9, offset: 0 })).map(({ reason }) => reason))
    .toEqual(['0 days ago', '89 days ago'])
})

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 60 * 60_000)
