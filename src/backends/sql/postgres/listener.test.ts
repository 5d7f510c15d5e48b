import { EventEmitter, getEventListeners } from 'node:events'
import type pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventually } from '../../../../test/eventually.ts'
import { silentLog } from '../../../log.ts'
import { listenForChanges } from './listener.ts'

/** A connection that ends when the test says so. */
class Connection extends EventEmitter {
  readonly query = async (): Promise<void> => {}
  readonly end = async (): Promise<void> => {}
}

/** The signals that have been given an abort listener since. */
function watchSignals(): () => AbortSignal[] {
  const adding = vi.spyOn(EventTarget.prototype, 'addEventListener')
  return () => {
    const signals = adding.mock.contexts.filter(target => target instanceof AbortSignal)
    return [...new Set(signals)]
  }
}

afterEach(() => void vi.restoreAllMocks())

describe('a connection that listens for changes', () => {
  it('leaves no listener of its end behind each time that it is lost, nor when it is closed', async () => {
    const signals = watchSignals()
    const made: Connection[] = []
    const connect = async () => {
      const connection = new Connection()
      made.push(connection)
      return connection as unknown as pg.Client
    }
    const listener = await listenForChanges({ connect }, ['results'], silentLog)
    const waiting = () => signals().flatMap(signal => getEventListeners(signal, 'abort'))
    for (const times of [1, 2, 3]) {
      await eventually(() => expect([made.length, waiting().length]).toEqual([times, 1]))
      made.at(-1)?.emit('end')
    }
    await eventually(() => expect(made).toHaveLength(4))
    expect(waiting()).toHaveLength(1)
    await listener.close()
    expect(waiting()).toEqual([])
  })
})
