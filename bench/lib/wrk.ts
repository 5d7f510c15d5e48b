import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const SCRIPT = join(import.meta.dirname, '../wrk.lua')
const CONNECTIONS = 8
/** The headers that browsers send. */
export const ACCEPT_ENCODING = 'gzip, deflate, br'

/** The load that a page can take; latencies in milliseconds. */
export interface Load {
  readonly perSecond: number
  readonly requests: number
  readonly p50: number
  readonly p99: number
}

/** Whether the load generator is installed: the group `wrk` of scripts/services/install.sh. */
export const hasWrk = (): boolean => existsSync('/usr/bin/wrk')

/**
 * Requests one address over eight connections as fast as it is answered, or `rate` times a second. Throws if any
 * answer is not a success.
 */
export async function loadOf(url: string, options: { seconds: number; rate?: number }): Promise<Load> {
  const { seconds, rate = 0 } = options
  const { stdout } = await promisify(execFile)(
    '/usr/bin/wrk',
    [
      '-t1',
      `-c${CONNECTIONS}`,
      `-d${seconds}s`,
      '--timeout',
      '60s',
      '-s',
      SCRIPT,
      '-H',
      `Accept-Encoding: ${ACCEPT_ENCODING}`,
      url,
    ],
    { env: { BENCH_RATE: String(rate) } },
  )
  const line = stdout.split('\n').find(one => one.startsWith('{'))
  if (line === undefined) throw new Error(`wrk said: ${stdout}`)
  const said = JSON.parse(line) as {
    requests: number
    seconds: number
    p50: number
    p99: number
    failed: number
  }
  if (said.failed > 0) throw new Error(`${said.failed} of ${said.requests} requests for ${url} failed`)
  // Without answers there are no latencies: a long log may take longer than the given time
  const [p50, p99] = said.requests > 0 ? [said.p50, said.p99] : [Number.NaN, Number.NaN]
  return { perSecond: said.requests / said.seconds, requests: said.requests, p50, p99 }
}
