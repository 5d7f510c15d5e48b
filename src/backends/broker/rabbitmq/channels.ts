import type { Channel } from 'rabbitmq-client'
import { within } from '../answer-within.ts'
import { asFailure, closeChannel, dropChannel, type Link, refusalOf } from './connection.ts'

/** A channel takes one question at a time, so questions are spread over many: 280 queues in 12 ms on 16. */
const LANES = 16
const ANSWER_MS = 10_000

/** Channels for questions, kept open between them. A refusal closes a channel, which is then replaced. */
export interface Channels {
  /** Runs `ask` on a separate channel, for at most ten seconds. Its errors become failures of ours. */
  ask<T>(doing: string, ask: (channel: Channel) => Promise<T>): Promise<T>
  /**
   * Asks about each item, many at a time, in ten seconds altogether; `refused` turns the broker's refusal of
   * one item into its answer, or throws.
   */
  askEach<T, A>(
    doing: string,
    items: readonly T[],
    ask: (channel: Channel, item: T) => Promise<A>,
    refused: (item: T, error: unknown) => A,
  ): Promise<Map<T, A>>
  close(): Promise<void>
}

export function openChannels(link: Link): Channels {
  const idle: Channel[] = []

  /** The next idle channel that is still open, or a new one. */
  async function borrow(): Promise<Channel> {
    for (let channel = idle.pop(); channel !== undefined; channel = idle.pop()) {
      if (channel.active) return channel
    }
    // Questions are asked repeatedly, and the caller cannot be interrupted meanwhile
    return link.openChannel('brief')
  }

  function giveBack(channel: Channel | undefined): void {
    if (channel === undefined || !channel.active) return
    if (idle.length < LANES && !link.closing.aborted) idle.push(channel)
    else dropChannel(channel)
  }

  return {
    async ask(doing, ask) {
      const channel = await borrow()
      try {
        const answer = await within(ANSWER_MS, ask(channel), `${doing}: the broker does not answer`)
        giveBack(channel)
        return answer
      } catch (error) {
        dropChannel(channel)
        throw asFailure(error, doing)
      }
    },
    async askEach<T, A>(
      doing: string,
      items: readonly T[],
      ask: (channel: Channel, item: T) => Promise<A>,
      refused: (item: T, error: unknown) => A,
    ) {
      const answers = new Map<T, A>()
      const left = items.values()
      const lane = async (): Promise<void> => {
        let channel: Channel | undefined
        try {
          for (const item of left) {
            channel = channel?.active ? channel : await borrow()
            try {
              answers.set(item, await ask(channel, item))
            } catch (error) {
              if (refusalOf(error) === undefined) throw error
              answers.set(item, refused(item, error))
            }
          }
        } finally {
          giveBack(channel)
        }
      }
      const lanes = Array.from({ length: Math.min(LANES, Math.ceil(items.length / 4)) }, lane)
      try {
        await within(ANSWER_MS, Promise.all(lanes), `${doing}: the broker does not answer`)
      } catch (error) {
        throw asFailure(error, doing)
      }
      return answers
    },
    async close() {
      await Promise.all(idle.splice(0).map(closeChannel))
    },
  }
}
