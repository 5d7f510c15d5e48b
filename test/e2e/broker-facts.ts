import { expect, vi } from 'vitest'
import { callManagement, type RabbitmqFacts, rabbitmqctl } from '../servers/harness/index.ts'

/** What the broker itself says of its queues. */
export async function queueFacts(
  broker: RabbitmqFacts,
): Promise<Record<string, { ready: number; unacked: number }>> {
  const what = [
    '--vhost',
    broker.vhost,
    'name',
    'messages_ready',
    'messages_unacknowledged',
    '--formatter',
    'json',
  ]
  const rows = JSON.parse(await rabbitmqctl(broker, 'list_queues', ...what)) as Record<string, never>[]
  return Object.fromEntries(
    rows.map(row => [row.name, { ready: row.messages_ready, unacked: row.messages_unacknowledged }]),
  )
}

/** How many consume from a queue. */
export async function consumersOf(broker: RabbitmqFacts, queue: string): Promise<number> {
  const path = `queues/${encodeURIComponent(broker.vhost)}/${queue}`
  return ((await callManagement(broker, 'GET', path)) as { consumers?: number }).consumers ?? 0
}

/** Waits until nothing is in a queue, and nobody has taken from it what they have not acknowledged. */
export async function untilEmpty(broker: RabbitmqFacts, queue: string): Promise<void> {
  await vi.waitFor(async () => expect((await queueFacts(broker))[queue]).toEqual({ ready: 0, unacked: 0 }), {
    timeout: 60_000,
    interval: 500,
  })
}
