import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { Unavailable } from '../../src/domain/errors.ts'
import { runInThread } from '../../src/threads.ts'

const run = (input: object, signal?: AbortSignal) =>
  runInThread<number>(import.meta.url, './answers.thread', input, { signal })

it('gives what the thread answers', async () => {
  expect(await run({ double: 21 })).toBe(42)
})

it('fails as the thread does, and keeps what is nobody’s bug apart', async () => {
  await expect(run({ fail: 'a bug' })).rejects.toThrow('a bug')
  await expect(run({ fail: 'a bug' })).rejects.not.toThrow(Unavailable)
  await expect(run({ unavailable: 'the disk is full' })).rejects.toThrow(Unavailable)
})

it('ends a thread that is told to stop, however busy, and fails with the reason', async () => {
  await expect(run({ forever: true }, AbortSignal.timeout(700))).rejects.toThrow(/timeout/)
  await expect(run({ double: 1 }, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late')
})

it('leaves nothing with a signal that outlives it', async () => {
  const { signal } = new AbortController()
  await run({ double: 21 }, signal)
  await run({ fail: 'a bug' }, signal).catch(() => undefined)
  await expect.poll(() => getEventListeners(signal, 'abort')).toEqual([])
})

it('fails when there is no such thread file', async () => {
  await expect(runInThread(import.meta.url, './missing.thread', {})).rejects.toThrow(/missing\.thread/)
})
