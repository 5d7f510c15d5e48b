import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openAcks } from './acks.ts'

/** A channel that records the frames in short form: `ack 3+` acknowledges 3 and all before. */
function noteFrames() {
  const frames: string[] = []
  return {
    frames,
    active: true,
    basicAck: (ack: { deliveryTag: number; multiple: boolean }) =>
      void frames.push(`ack ${ack.deliveryTag}${ack.multiple ? '+' : ''}`),
    basicNack: (nack: { deliveryTag: number; requeue: boolean }) =>
      void frames.push(`${nack.requeue ? 'requeue' : 'drop'} ${nack.deliveryTag}`),
  }
}

function deliver(channel: ReturnType<typeof noteFrames>, count: number) {
  const acks = openAcks(channel)
  for (let tag = 1; tag <= count; tag += 1) acks.delivered(tag)
  return acks
}

it('acknowledges a batch that is settled at once with one frame, in whatever order', async () => {
  const channel = noteFrames()
  const acks = deliver(channel, 500)
  for (let tag = 500; tag > 0; tag -= 1) acks.ack(tag)
  await nextTurn()
  expect(channel.frames).toEqual(['ack 500+'])
})

it('never acknowledges what is still being handled', async () => {
  const channel = noteFrames()
  const acks = deliver(channel, 6)
  for (const tag of [1, 2, 4, 6]) acks.ack(tag)
  await nextTurn()
  expect(channel.frames).toEqual(['ack 2+', 'ack 4', 'ack 6'])
  acks.ack(3)
  await nextTurn()
  expect(channel.frames.slice(3)).toEqual(['ack 3+'])
  acks.ack(5)
  await nextTurn()
  expect(channel.frames.slice(4)).toEqual(['ack 5+'])
})

it('requeues one by one, and at once', async () => {
  const channel = noteFrames()
  const acks = deliver(channel, 4)
  acks.ack(1)
  acks.requeue(2)
  acks.ack(3)
  await nextTurn()
  expect(channel.frames).toEqual(['requeue 2', 'ack 3+'])
})

it('does nothing on a channel that is gone', async () => {
  const channel = noteFrames()
  const acks = deliver(channel, 3)
  acks.ack(1)
  channel.active = false
  acks.requeue(2)
  acks.flush()
  await nextTurn()
  expect(channel.frames).toEqual([])
})
