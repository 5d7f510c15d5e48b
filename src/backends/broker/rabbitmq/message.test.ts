import { expect, it } from 'vitest'
import { fieldsOf, waitingMessage } from './message.ts'

it.each([
  ['debci', { messageId: 'm-1', userId: 'debci' }],
  ['another', { messageId: 'm-1' }],
])('says that %s sent a message only to who is him, as the broker refuses all else', (userId, sent) => {
  const received = { body: Buffer.from('x'), routingKey: 'q', messageId: 'm-1', userId }
  const { properties } = waitingMessage(received as unknown as Parameters<typeof waitingMessage>[0])
  expect(properties).toEqual({ messageId: 'm-1', userId })
  const { timestamp, durable, ...fields } = fieldsOf(properties, 'debci')
  expect(fields).toEqual(sent)
})
