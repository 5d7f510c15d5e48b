/** The part of a channel that acknowledging needs. */
export interface AckChannel {
  readonly active: boolean
  basicAck(params: { deliveryTag: number; multiple: boolean }): void
  basicNack(params: { deliveryTag: number; requeue: boolean }): void
}

/** The unsettled deliveries of one channel. On a closed channel nothing here has any effect. */
export interface Acks {
  delivered(tag: number): void
  ack(tag: number): void
  requeue(tag: number): void
  /** Sends the gathered acknowledgements; called automatically once per turn of the event loop. */
  flush(): void
}

/** Gathers acknowledgements, so that a batch that was settled at once costs one frame instead of one each. */
export function openAcks(channel: AckChannel): Acks {
  /** In the order of delivery; true once acknowledged by the handler. */
  const unsettled = new Map<number, boolean>()
  const acked = new Set<number>()
  let scheduled = false

  function flush(): void {
    scheduled = false
    let upTo = 0
    for (const [tag, done] of unsettled) {
      if (!done) break
      upTo = tag
      unsettled.delete(tag)
      acked.delete(tag)
    }
    if (upTo > 0) send(() => channel.basicAck({ deliveryTag: upTo, multiple: true }))
    for (const tag of acked) {
      unsettled.delete(tag)
      send(() => channel.basicAck({ deliveryTag: tag, multiple: false }))
    }
    acked.clear()
  }

  /** Once the channel is closed, the broker has already taken back its messages. */
  function send(frame: () => void): void {
    if (channel.active) frame()
  }

  return {
    delivered: tag => void unsettled.set(tag, false),
    ack(tag) {
      unsettled.set(tag, true)
      acked.add(tag)
      if (scheduled) return
      scheduled = true
      setImmediate(flush)
    },
    requeue(tag) {
      unsettled.delete(tag)
      send(() => channel.basicNack({ deliveryTag: tag, requeue: true }))
    },
    flush,
  }
}
