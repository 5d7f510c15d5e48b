import { randomUUID } from 'node:crypto'
import type { NewRequest } from '../../src/backends/state/requests.ts'

/** A request for gzip on noble/amd64 by joe; each is for something else unless a fingerprint is given. */
export function aRequest(changes: Partial<NewRequest> = {}): NewRequest {
  return {
    uuid: randomUUID(),
    context: 'ubuntu',
    release: 'noble',
    arch: 'amd64',
    package: 'gzip',
    fingerprint: randomUUID(),
    body: 'gzip\n{"requester": "joe", "triggers": ["gzip/1.12-1"]}',
    requester: 'joe',
    readableBy: [],
    source: 'page',
    address: '192.0.2.7',
    ...changes,
  }
}
