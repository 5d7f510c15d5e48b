import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Timing, usualTiming } from '../../src/backends/store/persist.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import { silentLog } from '../../src/log.ts'
import { type HttpPeer, startPeer } from './http-peer.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** Pauses are short, and a request that is only slow on a busy machine is not given up. */
export const patient = { ...usualTiming, continueMs: 60_000, pauseMs: 20, gracePeriodMs: 60_000 }
/** For tests that wait for a time-out. */
export const impatient = { ...patient, continueMs: 100, connectMs: 300, answerMs: 300, idleMs: 300 }
/** For tests that are never told to continue. */
export const soonUnasked = { ...patient, continueMs: 100 }

/** A stranger's store on a server that answers its requests in turn, the last answer for ever. */
export async function openOn(timing: Timing, answers: Answer[]): Promise<{ peer: HttpPeer; store: Store }> {
  let count = 0
  const peer = await startPeer((request, response) => {
    answers[Math.min(count++, answers.length - 1)]?.(request, response)
  })
  const store = swiftStore(
    { login: 'anonymous', storageUrl: `${peer.url}/v1/AUTH_a/` },
    { log: silentLog, timing },
  )
  return { peer, store }
}

/** Headers that every object has. */
export const object = { etag: '"0cc175b9"', 'last-modified': 'Sun, 22 Nov 2026 17:06:40 GMT' }

/** An object in a listing. */
export const entry = (name: string) => ({
  name,
  bytes: 1,
  hash: '0cc175b9',
  content_type: 'text/plain',
  last_modified: '2026-11-22T17:06:39.468040',
})

export const status =
  (code: number, headers: Record<string, string> = {}, text = ''): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end(text)
  }
export const json = (value: unknown): Answer => status(200, {}, JSON.stringify(value))
