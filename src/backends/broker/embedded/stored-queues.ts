import { type Headers, headersFromJson, headersToJson } from '../../../contracts/messages/kept-headers.ts'
import { Conflict } from '../../../domain/errors.ts'
import { PEEK_MS, peekBudget } from '../bounds.ts'
import type { Delivery, Fanout, MessageProperties, Peek, Waiting } from '../broker.ts'
import type { BrokerFile } from './file.ts'

/** The most bytes that one claim reads into memory, but always one message. */
const CLAIM_BYTES = 16 * 1024 * 1024

/** A delivery and its place in the queue. */
export interface Claimed extends Delivery {
  readonly id: number
}

interface QueueRow {
  readonly id: number
  readonly owner: number | null
}

interface MessageRow {
  readonly body: Buffer
  readonly redelivered: number
  readonly headers: string | null
  readonly properties: string | null
}

/** The parts of a message besides its body. */
export interface Extras {
  readonly headers?: Headers | undefined
  readonly properties?: MessageProperties | undefined
}

/** The columns of a message that are read for each delivery. */
const MESSAGE = 'body, redelivered, headers, properties'

/** What AMQP does with queues, as SQL. Everything that writes must be called inside a transaction. */
export interface StoredQueues {
  find(name: string): QueueRow | undefined
  /** Throws {@link Conflict} if the queue belongs to a session and should not, or the other way round. */
  declare(name: string, owner: number | null): number
  /** Throws {@link Conflict} if it exists with the other flag. */
  declareFanout(fanout: Fanout): void
  bind(exchange: string, queue: number): void
  boundTo(exchange: string): readonly number[]
  put(queue: number, body: Buffer, extras?: Extras): void
  /** Gives the oldest waiting messages to a session. */
  claim(queue: number, session: number, count: number): Claimed[]
  /** These two do nothing to a message that the session does not hold (any more). True if it is gone. */
  acknowledge(id: number, session: number): boolean
  requeue(id: number, session: number): void
  /** Removes the oldest waiting message for good. */
  take(queue: number): Delivery | undefined
  waits(queue: number): boolean
  /** The waiting messages that the filter selects, and how many were looked at; with the limits of a peek. */
  choose(queue: number, takesOut: (message: Waiting) => boolean): { seen: number; chosen: number[] }
  /** Gives a session those of these messages that are still waiting. */
  hold(ids: readonly number[], session: number): Claimed[]
  depth(queue: number): number
  peek(queue: number, limit: number): Peek
  /** Removes an exclusive queue with its messages, held by its owner or not. */
  remove(queue: number, owner: number): void
}

function deliveryOf({ body, redelivered, headers, properties }: MessageRow): Delivery {
  return {
    body,
    redelivered: redelivered === 1,
    headers: headers === null ? {} : headersFromJson(JSON.parse(headers)),
    ...(properties !== null && { properties: JSON.parse(properties) }),
  }
}

const jsonOf = (value: object | undefined): string | null =>
  value === undefined ? null : JSON.stringify(value)

export function openQueues({ sql }: BrokerFile): StoredQueues {
  const find: StoredQueues['find'] = name =>
    sql('SELECT id, owner FROM queue WHERE name = ?').get(name) as QueueRow | undefined
  const depth: StoredQueues['depth'] = queue =>
    sql('SELECT count(*) FROM message WHERE queue = ? AND holder IS NULL').pluck().get(queue) as number
  const read = (id: number) => sql(`SELECT ${MESSAGE} FROM message WHERE id = ?`).get(id) as MessageRow

  return {
    find,
    depth,
    declare(name, owner) {
      const found = find(name)
      if (found !== undefined && found.owner !== owner)
        throw new Conflict(`the queue ${name} has other flags`)
      if (found !== undefined) return found.id
      return Number(sql('INSERT INTO queue (name, owner) VALUES (?, ?)').run(name, owner).lastInsertRowid)
    },
    declareFanout({ exchange, durable }) {
      const found = sql('SELECT durable FROM exchange WHERE name = ?').pluck().get(exchange)
      if (found === undefined) sql('INSERT INTO exchange VALUES (?, ?)').run(exchange, durable ? 1 : 0)
      else if ((found === 1) !== durable) throw new Conflict(`the exchange ${exchange} has other flags`)
    },
    bind: (exchange, queue) => void sql('INSERT OR IGNORE INTO binding VALUES (?, ?)').run(exchange, queue),
    boundTo: exchange =>
      sql('SELECT queue FROM binding WHERE exchange = ?').pluck().all(exchange) as number[],
    put: (queue, body, { headers, properties } = {}) =>
      void sql('INSERT INTO message (queue, headers, properties, body) VALUES (?, ?, ?, ?)').run(
        queue,
        jsonOf(headers && headersToJson(headers)),
        jsonOf(properties),
        body,
      ),
    claim(queue, session, count) {
      const waiting = sql(
        'SELECT id, length(body) AS size FROM message WHERE queue = ? AND holder IS NULL ORDER BY id LIMIT ?',
      ).all(queue, count) as { id: number; size: number }[]
      const claimed: Claimed[] = []
      let bytes = 0
      for (const { id, size } of waiting) {
        bytes += size
        if (bytes > CLAIM_BYTES && claimed.length > 0) break
        claimed.push({ id, ...deliveryOf(read(id)) })
        sql('UPDATE message SET holder = ? WHERE id = ?').run(session, id)
      }
      return claimed
    },
    choose(queue, takesOut) {
      const chosen: number[] = []
      let seen = 0
      const fits = peekBudget(Number.POSITIVE_INFINITY)
      const until = performance.now() + PEEK_MS
      const waiting = sql(`SELECT id, ${MESSAGE} FROM message WHERE queue = ? AND holder IS NULL ORDER BY id`)
      for (const row of waiting.iterate(queue) as IterableIterator<MessageRow & { id: number }>) {
        seen += 1
        if (takesOut(deliveryOf(row))) chosen.push(row.id)
        if (!fits(row.body.length) || performance.now() > until) break
      }
      return { seen, chosen }
    },
    hold(ids, session) {
      const claim = sql('UPDATE message SET holder = ? WHERE id = ? AND holder IS NULL')
      return ids.flatMap(id => (claim.run(session, id).changes > 0 ? [{ id, ...deliveryOf(read(id)) }] : []))
    },
    acknowledge: (id, session) =>
      sql('DELETE FROM message WHERE id = ? AND holder = ?').run(id, session).changes > 0,
    requeue: (id, session) =>
      void sql('UPDATE message SET holder = NULL, redelivered = 1 WHERE id = ? AND holder = ?').run(
        id,
        session,
      ),
    take(queue) {
      const oldest = 'SELECT id FROM message WHERE queue = ? AND holder IS NULL ORDER BY id LIMIT 1'
      const row = sql(`DELETE FROM message WHERE id = (${oldest}) RETURNING ${MESSAGE}`).get(queue)
      return row === undefined ? undefined : deliveryOf(row as MessageRow)
    },
    waits: queue =>
      sql('SELECT 1 FROM message WHERE queue = ? AND holder IS NULL LIMIT 1').get(queue) !== undefined,
    peek(queue, limit) {
      const bodies: Buffer[] = []
      const fits = peekBudget(limit)
      const until = performance.now() + PEEK_MS
      const waiting = sql(
        'SELECT body FROM message WHERE queue = ? AND holder IS NULL ORDER BY id LIMIT ?',
      ).pluck()
      for (const body of waiting.iterate(queue, limit) as IterableIterator<Buffer>) {
        bodies.push(body)
        if (!fits(body.length) || performance.now() > until) break
      }
      return { depth: depth(queue), bodies }
    },
    remove(queue, owner) {
      sql('DELETE FROM message WHERE queue = ? AND holder IS NULL').run(queue)
      sql('DELETE FROM message WHERE holder = ? AND queue = ?').run(owner, queue)
      sql('DELETE FROM binding WHERE queue = ?').run(queue)
      sql('DELETE FROM queue WHERE id = ?').run(queue)
    },
  }
}
