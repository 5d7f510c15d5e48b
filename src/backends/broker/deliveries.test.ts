import { expect, it } from 'vitest'
import { silentLog } from '../../log.ts'
import { deadLetterHeaders, handleDelivery } from './deliveries.ts'

const delivery = { body: Buffer.from('x'), redelivered: false, headers: {} }

it('makes one bounded line of a reason, whatever is in it', () => {
  const from = { exchange: 'testcomplete.fanout', queue: 'q' }
  expect(deadLetterHeaders('bad\r\n\u2028\u0000JSON', from)).toEqual({
    'x-reason': 'bad JSON',
    'x-exchange': 'testcomplete.fanout',
    'x-queue': 'q',
  })
  expect(deadLetterHeaders('é'.repeat(10_000), from)['x-reason']).toHaveLength(500)
})

it('gives a failed delivery back at once when the consumer is closing', async () => {
  const closing = new AbortController()
  const handled = handleDelivery(
    () => {
      throw new Error('not even a promise')
    },
    delivery,
    { queue: 'q', log: silentLog, closing: closing.signal },
  )
  closing.abort()
  expect(await handled).toBe('requeue')
})
