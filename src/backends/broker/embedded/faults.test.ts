import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { silentLog } from '../../../log.ts'
import { type BrokerFile, openBrokerFile } from './file.ts'
import { openLease } from './message-lease.ts'
import { purgeQueue } from './purge.ts'
import { openQueues } from './stored-queues.ts'
import { openWrites } from './writes.ts'

const QUEUE = 'debci-noble-amd64'

/** The parts of a broker with a file on a disk that can be full. */
function onDisk() {
  const disk = { isFull: false }
  const real = openBrokerFile(join(temporaryFolder(), 'broker.db'))
  const file: BrokerFile = {
    ...real,
    transaction(durable, work) {
      if (disk.isFull) throw new Unavailable('the disk is full')
      real.transaction(durable, work)
    },
  }
  const queues = openQueues(file)
  const writes = openWrites(file, () => undefined)
  const lease = openLease({ file, queues, writes, log: silentLog })
  onTestFinished(async () => {
    disk.isFull = false
    await lease.release()
    await writes.close()
    file.close()
  })
  const read = async <T>(work: () => T): Promise<T> => file.snapshot(work)
  const waiting = () => read(() => queues.depth(queues.find(QUEUE)?.id ?? 0))
  async function fill(count: number): Promise<number> {
    return writes.write(() => {
      const queue = queues.declare(QUEUE, null)
      for (let n = 0; n < count; n += 1) queues.put(queue, Buffer.from(String(n)))
      return queue
    })
  }
  return { disk, queues, writes, lease, read, waiting, fill }
}

it('undoes what a write did before it failed, and nothing of the others of its transaction', async () => {
  const { writes, queues, waiting, fill } = onDisk()
  const queue = await fill(1)
  const put = (text: string) => () => queues.put(queue, Buffer.from(text))
  const ended = await Promise.allSettled([
    writes.write(put('first')),
    writes.write(() => {
      put('never')()
      throw new TypeError('a bug')
    }),
    writes.write(put('second')),
  ])
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await waiting()).toBe(3)
  expect(writes.failure()).toBeUndefined()
})

it('lets a write fail that throws nothing at all', async () => {
  const { writes } = onDisk()
  const nothing = (): void => {
    throw undefined
  }
  await expect(writes.write(nothing)).rejects.toBeUndefined()
})

it('gives messages back that were kept and could not be taken out of the file', async () => {
  const { disk, fill, waiting, ...parts } = onDisk()
  await fill(3)
  const keep = async () => {
    disk.isFull = true
  }
  await expect(purgeQueue(parts, QUEUE, { takesOut: () => true, keep })).rejects.toThrow('the disk is full')
  expect(await waiting()).toBe(0)
  disk.isFull = false
  await expect.poll(waiting, { timeout: 10_000 }).toBe(3)
})

it('gives messages back, as soon as it can, when neither they could be kept nor the file be written', async () => {
  const { disk, fill, waiting, ...parts } = onDisk()
  await fill(2)
  const keep = async () => {
    disk.isFull = true
    throw new Unavailable('nor can they be noted')
  }
  const purging = purgeQueue(parts, QUEUE, { takesOut: () => true, keep })
  await expect(purging).rejects.toThrow('nor can they be noted')
  disk.isFull = false
  await expect.poll(waiting, { timeout: 10_000 }).toBe(2)
})
