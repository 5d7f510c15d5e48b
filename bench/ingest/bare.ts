import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RabbitmqFacts } from '../../test/servers/harness/rabbitmq.ts'

const PROGRAM = join(import.meta.dirname, '../bare-consumer.mjs')

/** Messages a second that a consumer takes off a full queue that does nothing but acknowledge them. */
export async function bareRate(
  broker: Pick<RabbitmqFacts, 'url'>,
  queue: string,
  count: number,
  prefetch: number,
): Promise<number> {
  const args = [PROGRAM, broker.url, queue, String(count), String(prefetch)]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return count / Number(stdout)
}
