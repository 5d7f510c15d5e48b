import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { aQueue, aRequest } from '../../../test/builders/live.ts'
import { openSnapshotsIn } from '../../../test/builders/snapshots.ts'
import { queuedRequests } from './queued.ts'

async function queuedOf(...bodies: string[]) {
  const snapshots = openSnapshotsIn(temporaryFolder())
  await snapshots.queued.replace(aQueue(bodies))
  return queuedRequests({ snapshots })
}

describe('what waits', () => {
  it('is found by its package, whose name may begin as another does', async () => {
    const queued = await queuedOf(aRequest('lib'), aRequest('libxml2'), 'lib', 'private job')
    expect(queued.ofPackage('lib').map(request => request.position)).toEqual([1, 3])
    expect(queued.ofPackage('li')).toEqual([])
    expect(queued.ofPackage('private')).toEqual([])
  })

  it('is found by who asked, however the JSON spells the name', async () => {
    const queued = await queuedOf(
      'a\n{"requester": "joe", "triggers": []}',
      'b\n{"requester": "joey", "triggers": ["joe/1"]}',
      'c\n{"requester": "\\u006aoe"}',
      'private job',
    )
    expect(queued.askedBy('joe').map(request => request.package)).toEqual(['a', 'c'])
    expect(queued.askedBy('nobody')).toEqual([])
  })

  it('counts what is not known too, and shows a private request as nothing', async () => {
    const snapshots = openSnapshotsIn(temporaryFolder())
    await snapshots.queued.replace(aQueue([aRequest('hello'), 'private job'], { size: 10 }))
    const [queue] = queuedRequests({ snapshots }).queues
    expect([queue?.size, queue?.known]).toEqual([10, 2])
    expect(queue?.slice(0, 5).map(request => request?.package)).toEqual(['hello', undefined])
  })
})
