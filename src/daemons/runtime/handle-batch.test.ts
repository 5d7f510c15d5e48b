import { describe, expect, it } from 'vitest'
import type { DeliveryOutcome } from '../../backends/broker/broker.ts'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { type Handled, handleBatch, type Item } from './handle-batch.ts'

/** A batch, what became of each message, and what was counted. */
function batchOf(...messages: string[]) {
  const outcomes = new Map<string, DeliveryOutcome>()
  const counted: Record<string, number> = {}
  const items: Item<string>[] = messages.map(message => ({
    message,
    since: 0,
    strikes: 0,
    settle: outcome => void outcomes.set(message, outcome),
  }))
  const report = {
    log: silentLog,
    count: (word: string, count: number) => {
      counted[word] = (counted[word] ?? 0) + count
    },
  }
  return { items, outcomes, counted, report }
}

/** Fails a whole batch for the messages that `fault` names an error for. */
const handler = (fault: (message: string) => Error | undefined) => async (messages: readonly string[]) => {
  for (const message of messages) {
    const error = fault(message)
    if (error !== undefined) throw error
  }
  return messages.map((): Handled => 'recorded')
}

describe('a batch', () => {
  it('is acknowledged as the handler answers, and counted by outcome', async () => {
    const { items, outcomes, counted, report } = batchOf('a', 'b', 'c')
    const result = await handleBatch(items, async () => ['recorded', 'known', { deadLetter: 'why' }], report)
    expect(result).toMatchObject({ passed: 3, failed: [] })
    expect([...outcomes]).toEqual([
      ['a', 'ack'],
      ['b', 'ack'],
      ['c', { deadLetter: 'why' }],
    ])
    expect(counted).toEqual({ recorded: 1, known: 1, 'dead-letter': 1 })
  })

  it('waits as a whole while a peer is away, after one attempt', async () => {
    const { items, outcomes, report } = batchOf('a', 'b', 'c')
    let calls = 0
    const away = handler(() => {
      calls++
      return new Unavailable('the database is unavailable')
    })
    expect((await handleBatch(items, away, report)).failed).toEqual(items)
    expect(calls).toBe(1)
    expect(outcomes.size).toBe(0)
  })

  it('is never poison as a whole, however long everything fails', async () => {
    const { items, outcomes, report } = batchOf(...'abcdefghij')
    let calls = 0
    const broken = handler(() => {
      calls++
      return new Error('disk full')
    })
    for (let round = 0; round < 20; round++) {
      const { failed, passed } = await handleBatch(items, broken, report)
      expect(new Set(failed)).toEqual(new Set(items))
      expect(passed).toBe(0)
    }
    expect(outcomes.size).toBe(0)
    expect(calls).toBe(20 * 6) // the batch, then five alone
  })

  it('lets the others pass a message that fails, and gets rid of it with its third failure among them', async () => {
    const { items, outcomes, report } = batchOf('a', 'poison', 'b')
    const handle = handler(message => (message === 'poison' ? new Error('a bug') : undefined))
    const first = await handleBatch(items, handle, report)
    expect(first.failed.map(item => item.message)).toEqual(['poison'])
    expect([...outcomes.keys()]).toEqual(['a', 'b'])
    for (let round = 2; round <= 3; round++) {
      await handleBatch([...first.failed, ...batchOf(`other ${round}`).items], handle, report)
    }
    expect(outcomes.get('poison')).toEqual({ deadLetter: 'a bug' })
  })

  it('keeps a message that fails alone', async () => {
    const { items, outcomes, report } = batchOf('only')
    const handle = handler(() => new Error('a bug, or a full disk'))
    for (let round = 0; round < 10; round++) await handleBatch(items, handle, report)
    expect(outcomes.size).toBe(0)
  })

  it('gives bad input to the dead letters at once, even alone', async () => {
    const { items, outcomes, report } = batchOf('bad')
    await handleBatch(
      items,
      handler(() => new BadInput('no run can be recorded')),
      report,
    )
    expect(outcomes.get('bad')).toEqual({ deadLetter: 'no run can be recorded' })
  })

  it('settles nothing that the handler has no answer for', async () => {
    const { items, outcomes, report } = batchOf('a', 'b')
    const { failed } = await handleBatch(items, async () => [], report)
    expect(failed).toHaveLength(2)
    expect(outcomes.size).toBe(0)
  })

  it('leaves untried what comes after the peer went away in the middle', async () => {
    const { items, outcomes, report } = batchOf('poison', 'a', 'b')
    let calls = 0
    const result = await handleBatch(
      items,
      async messages => {
        calls++
        if (messages.length > 1) throw new Error('a bug')
        if (calls > 2) throw new Unavailable('away')
        return ['recorded']
      },
      report,
    )
    expect(outcomes).toEqual(new Map([['poison', 'ack']]))
    expect(result.failed.map(item => item.message).toSorted()).toEqual(['a', 'b'])
  })
})
