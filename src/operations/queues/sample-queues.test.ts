import { describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../test/builders/live.ts'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import { waitBin } from '../../domain/queue/queue-sample.ts'
import { type Begun, beginCounter, sampleQueues } from './sample-queues.ts'

const ARCHES = ['amd64', 'arm64']
const MINUTE = 60_000

async function aSampledSite() {
  const { web, record } = await aSite()
  const sample = (now: Date, begun: Begun = {}) => sampleQueues(web, begun, ARCHES, now)
  const kept = (span: 1 | 10 | 60, from = 0) => web.state.queueSamples.between(span, from, 1e9)
  return { web, record, sample, kept }
}

describe('a sample of the queues', () => {
  it('has what waits, runs, ended and began, once for a minute', async () => {
    const { web, record, sample, kept } = await aSampledSite()
    await web.snapshots.queued.replace(aQueue([aRequest('a'), aRequest('b'), 'private job']))
    await web.snapshots.running.replace(aRunningTest('c'))
    await web.derived.indexRuns(await web.results.id(), '0 0 0', [])
    const now = new Date()
    expect(await sample(now)).toBe(true)
    expect(await sample(now, { waits: { 1: 9 } })).toBe(false)
    const id = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
    await record(
      aRun()
        .on('noble', 'amd64')
        .with({ runId: `${id}_aaaaa@` }),
      aRun()
        .on('noble', 'amd64')
        .failing()
        .with({ runId: `${id}_aaaab@` }),
      aRun().on('noble', 'amd64').with({ runId: '20100101_101112_aaaac@' }),
    )
    await sample(new Date(now.getTime() + MINUTE), { began: { amd64: 3 }, waits: { 3: 2 } })
    const [first, second] = await kept(1)
    expect(first?.sample).toEqual({
      arches: ARCHES,
      waiting: { ubuntu: { noble: [3, 0] } },
      running: { amd64: 1 },
    })
    expect(second?.sample).toMatchObject({ ended: { amd64: [2, 1] }, began: { amd64: 3 }, waits: { 3: 2 } })
  })

  it('says nothing of what nobody knows: no file, or one that is too old', async () => {
    const { web, sample, kept } = await aSampledSite()
    await sample(new Date())
    await web.snapshots.queued.replace(aQueue([aRequest('a')]))
    await web.snapshots.running.replace(aRunningTest('c'))
    await sample(new Date(Date.now() + 60 * MINUTE))
    for (const { sample: one } of await kept(1)) expect(one).toEqual({ arches: ARCHES })
  })

  it('is thinned: ten minutes become one, and what is too old goes', async () => {
    const { web, sample, kept } = await aSampledSite()
    await web.snapshots.queued.replace(aQueue([aRequest('a')]))
    const start = Math.floor(Date.now() / (60 * MINUTE)) * 60
    const { queueSamples } = web.state
    await queueSamples.add(1, { minute: start - 3 * 24 * 60, sample: { arches: [] } })
    for (const minute of [60, 50, 5, 3]) {
      await queueSamples.add(1, { minute: start - minute, sample: { arches: [], waits: { 1: minute } } })
    }
    await queueSamples.add(10, { minute: start - 60, sample: { arches: [], waits: { 1: 60 } } })
    await sample(new Date(start * MINUTE))
    expect((await kept(1)).map(({ minute }) => start - minute)).toEqual([60, 50, 5, 3, 0])
    expect((await kept(10)).at(-1)).toMatchObject({ minute: start - 10, sample: { waits: { 1: 8 } } })
    expect((await kept(60)).map(({ minute }) => start - minute)).toEqual([60])
  })
})

describe('how long tests had waited', () => {
  it('is counted once for each that begins after the first look', async () => {
    const { web } = await aSite()
    const submitted = (minutesAgo: number) => ({
      'submit-time': `${new Date(Date.now() - minutesAgo * MINUTE).toISOString().slice(0, 19).replace('T', ' ')}+0000`,
    })
    const counter = beginCounter()
    expect(counter.take()).toEqual({})
    const old = aRunningTest('old', submitted(90), { duration: 10 })
    await web.snapshots.running.replace(old)
    counter.look(web)
    await web.snapshots.running.replace({ ...old, ...aRunningTest('new', submitted(60), { duration: 600 }) })
    counter.look(web)
    counter.look(web)
    expect(counter.take()).toEqual({ began: { amd64: 1 }, waits: { [waitBin(3000)]: 1 } })
    counter.look(web)
    expect(counter.take()).toEqual({ began: {}, waits: {} })
  })
})
