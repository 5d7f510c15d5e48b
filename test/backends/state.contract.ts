import { describe, expect, it } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'
import { describeAccounts } from './accounts.contract.ts'
import { describeGithubJobs } from './github-jobs.contract.ts'
import { describeNotes } from './notes.contract.ts'
import { openTwo as openTwice } from './open-two.ts'
import { describeQueueSamples } from './queue-samples.contract.ts'
import { describeRequests } from './requests.contract.ts'
import { describeSigning } from './signing.contract.ts'

/** How many ask for a lock at once. */
const ASKING = 10

/** The contract of every engine of {@link State}. `open` opens the same database each time within a test. */
export function describeState(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const openTwo = () => openTwice(openDatabase)
  describeAccounts(engine, openDatabase)
  describeRequests(engine, openDatabase)
  describeGithubJobs(engine, openDatabase)
  describeSigning(engine, openDatabase)
  describeQueueSamples(engine, openDatabase)
  describeNotes(engine, openDatabase)

  describe(`state on ${engine}`, () => {
    it('keeps points for all who share the database', async () => {
      const [here, there] = await openTwo()
      expect(await here.point('backfill')).toBeUndefined()
      await here.setPoint('backfill', 'noble/amd64 🠉')
      await there.setPoint('other', '')
      expect(await there.point('backfill')).toBe('noble/amd64 🠉')
      await there.setPoint('backfill', 'noble/arm64')
      expect(await here.point('backfill')).toBe('noble/arm64')
      await here.setPoint('backfill', undefined)
      expect(await there.point('backfill')).toBeUndefined()
      expect(await here.point('other')).toBe('')
    })

    it('lets one holder at a time have a lock, and the next when it ends', async () => {
      const [here, there] = await openTwo()
      const outcome = await here.withLock('publish', async () => {
        expect(await there.withLock('publish', async () => 'stolen')).toBeUndefined()
        expect(await here.withLock('publish', async () => 'stolen')).toBeUndefined()
        expect(await there.withLock('stats', async () => 'free')).toBe('free')
        return 'done'
      })
      expect(outcome).toBe('done')
      expect(await there.withLock('publish', async () => 'mine now')).toBe('mine now')
    })

    it('lets go of a lock when the work fails', async () => {
      const [here, there] = await openTwo()
      const fail = () => here.withLock('publish', async () => Promise.reject(new Error('no')))
      await expect(fail()).rejects.toThrow('no')
      expect(await there.withLock('publish', async () => 'free')).toBe('free')
    })

    it('gives a lock to one of many who ask at once', async () => {
      const [here, there] = await openTwo()
      let [holders, refused] = [0, 0]
      const { promise: allAsked, resolve: letGo } = Promise.withResolvers<void>()
      const hold = async (state: State) => {
        const outcome = await state.withLock('publish', async () => {
          if (++holders > 1) letGo()
          await allAsked
          return 'held'
        })
        if (outcome !== 'held' && ++refused === ASKING - 1) letGo()
        return outcome
      }
      const outcomes = await Promise.all(
        Array.from({ length: ASKING }, (_, n) => hold(n % 2 === 0 ? here : there)),
      )
      expect(holders).toBe(1)
      expect(outcomes.filter(outcome => outcome === 'held')).toHaveLength(1)
    })

    it('finds nothing wrong, and answers', async () => {
      const [state] = await openTwo()
      expect(await state.check()).toEqual([])
      expect(await state.state()).toEqual({ ok: true })
    })
  })
}
