import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { GithubJob, GithubJobs, NewGithubJob } from '../../src/backends/state/github-jobs.ts'
import type { State } from '../../src/backends/state/state.ts'
import { aGithubJob } from '../builders/github-job.ts'
import { openTwo } from './open-two.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

/** The contract of every engine of GitHub's jobs. `open` opens the same database each time within a test. */
export function describeGithubJobs(engine: string, openDatabase: () => Promise<() => Promise<State>>): void {
  const open = async () => {
    const [here, there] = await openTwo(openDatabase)
    return [here.githubJobs, there.githubJobs] as const
  }
  const accept = async (jobs: GithubJobs, changes: Partial<NewGithubJob> = {}, at = NOW) => {
    expect(await jobs.accept(aGithubJob(changes), at)).toBe('accepted')
    const found = (await jobs.takeDue(1000, 0, at)).find(job => job.accepted.getTime() === at.getTime())
    return found as GithubJob
  }

  describe(`GitHub's jobs on ${engine}`, () => {
    it('are kept whole, for every process of the database', async () => {
      const [here, there] = await open()
      const job = aGithubJob({ testname: 'smoke', params: { env: ['A=ü🠉', 'B=;'] }, step: 'unchecked' })
      expect(await here.accept(job, NOW)).toBe('accepted')
      expect(await there.open(job)).toEqual([
        {
          ...job,
          id: expect.stringMatching(/^[0-9a-f]{64}$/),
          accepted: NOW,
          failures: 0,
          outcome: undefined,
          runId: undefined,
          reason: undefined,
          reported: undefined,
        },
      ])
      expect(await there.open({ ...job, arch: 'arm64' })).toEqual([])
    })

    it('are one for a commit, release, arch, package and test name, from however many deliveries', async () => {
      const [here, there] = await open()
      const job = aGithubJob()
      const deliver = (n: number) => (n % 2 ? here : there).accept({ ...job, uuid: randomUUID() }, NOW)
      const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => deliver(n)))
      expect(answers.filter(answer => answer === 'accepted')).toHaveLength(1)
      expect(await here.accept({ ...job, uuid: randomUUID() }, later(1))).toMatchObject({
        known: { statusesUrl: job.statusesUrl, accepted: NOW },
      })
      for (const other of [
        { release: 'jammy' },
        { arch: 'arm64' },
        { package: 'gzip' },
        { testname: 'smoke' },
        { statusesUrl: aGithubJob().statusesUrl },
      ]) {
        expect(await there.accept({ ...job, ...other, uuid: randomUUID() }, NOW)).toBe('accepted')
      }
      expect(await here.takeDue(100, 60, NOW)).toHaveLength(6)
    })

    it('are begun anew by another delivery once they failed, and never after a success', async () => {
      const [here, there] = await open()
      const failed = await accept(here)
      await here.update(failed, { step: 'queued', reported: 'pending', due: null })
      await here.end(failed, { outcome: 'failure', runId: '20261120_120100_abcde@' }, later(60))
      const again = { ...failed, uuid: randomUUID(), step: 'accepted' } as const
      expect(await there.accept(again, later(61))).toBe('accepted')
      expect(await here.open(failed)).toMatchObject([
        { uuid: again.uuid, step: 'accepted', reported: undefined, runId: undefined, accepted: later(61) },
      ])
      await here.update(failed, { step: 'queued', due: null })
      expect(await here.end(failed, { outcome: 'error', reason: 'late' }, later(62))).toBe(false)
      const [begun] = await there.takeDue(10, 60, later(62))
      expect(begun).toMatchObject({ uuid: again.uuid, step: 'accepted' })
      await there.end(again as GithubJob, { outcome: 'success', runId: 'r@' }, later(63))
      expect(await here.accept({ ...again, uuid: randomUUID() }, later(64))).toMatchObject({
        known: { outcome: 'success', runId: 'r@', step: 'ended' },
      })
    })

    it('that are due are given to one who asks, and again when that one says nothing in time', async () => {
      const [here, there] = await open()
      for (let n = 0; n < 20; n++) await here.accept(aGithubJob(), later(n))
      const takes = await Promise.all(
        Array.from({ length: 8 }, (_, n) => (n % 2 ? here : there).takeDue(5, 60, later(30))),
      )
      const ids = takes.flat().map(job => job.id)
      expect(new Set(ids).size).toBe(ids.length)
      const rest = await here.takeDue(100, 60, later(30))
      expect(ids.length + rest.length).toBe(20)
      expect(await there.takeDue(100, 60, later(89))).toEqual([])
      expect(await there.takeDue(100, 60, later(90))).toHaveLength(20)
    })

    it('come again when they were told to, the oldest first', async () => {
      const [here, there] = await open()
      const [first, second, third] = [await accept(here), await accept(here, {}, later(1)), aGithubJob()]
      await here.update(first, { due: later(100), failures: 3 })
      await here.update(second, { due: later(90) })
      await here.accept(third, later(200))
      expect((await there.takeDue(1, 60, later(100))).map(job => job.id)).toEqual([second.id])
      expect(await there.takeDue(10, 60, later(100))).toMatchObject([{ id: first.id, failures: 3 }])
      await here.update(first, { due: null })
      await here.update(second, { due: null })
      expect(await there.takeDue(10, 60, later(1000))).toMatchObject([{ uuid: third.uuid }])
    })

    it('end once, and are due for their last status', async () => {
      const [here, there] = await open()
      const job = await accept(here)
      await here.update(job, { step: 'queued', reported: 'pending', due: null, failures: 4 })
      expect(await here.end(job, { outcome: 'success', runId: 'first@' }, later(9))).toBe(true)
      expect(await there.end(job, { outcome: 'failure', runId: 'second@' }, later(9))).toBe(false)
      expect(await there.open(job)).toEqual([])
      expect(await there.takeDue(10, 60, later(9))).toMatchObject([
        { step: 'ended', outcome: 'success', runId: 'first@', reported: 'pending', failures: 0 },
      ])
      const other = await accept(here)
      await here.end(other, { outcome: 'error', reason: 'x'.repeat(5000) }, later(9))
      const [ended] = (await there.takeDue(10, 60, later(9))).filter(one => one.id === other.id)
      expect(ended).toMatchObject({ outcome: 'error', reason: 'x'.repeat(1000), runId: undefined })
    })

    it('can be looked at sooner than they were to be', async () => {
      const [here, there] = await open()
      const waiting = await accept(here)
      await here.update(waiting, { step: 'queued', reported: 'pending', due: later(3600) })
      const done = await accept(here, {}, later(1))
      await here.update(done, { due: null })
      const taken = await accept(here, {}, later(2))
      await here.takeDue(10, 60, later(2))
      await there.runSoon(60, later(10))
      const ids = async (seconds: number) => (await here.takeDue(10, 60, later(seconds))).map(job => job.id)
      expect(await ids(10)).toEqual([waiting.id])
      expect(await ids(62)).toEqual([taken.id])
    })

    it('that ended while GitHub was told something older are told again', async () => {
      const [here, there] = await open()
      const job = await accept(here)
      await there.end(job, { outcome: 'success', runId: 'r@' }, later(1))
      expect(await here.update(job, { step: 'queued', reported: 'pending', due: later(600) })).toBe(false)
      const [ended] = await there.takeDue(10, 60, later(1))
      if (ended === undefined) throw new Error('it is not due')
      expect(await there.update(ended, { reported: 'success', due: null })).toBe(true)
      await here.tellAgain(job, later(2))
      expect(await there.takeDue(10, 60, later(2))).toMatchObject([
        { step: 'ended', outcome: 'success', reported: undefined },
      ])
    })

    it('are due when they seem to be put off for years, as the clock was ahead', async () => {
      const [here, there] = await open()
      const job = await accept(here, {}, later(3 * 365 * 86_400))
      expect(await there.takeDue(10, 60, NOW)).toMatchObject([{ id: job.id }])
      expect(await there.takeDue(10, 60, NOW)).toEqual([])
    })

    it('are not all forgotten because the clock is years ahead', async () => {
      const [here, there] = await open()
      for (let n = 0; n < 5; n++) await here.accept(aGithubJob(), later(n))
      await there.forget(later(3 * 365 * 86_400), 3)
      expect((await here.takeDue(10, 60, later(9))).map(job => job.accepted)).toEqual([2, 3, 4].map(later))
    })

    it('are forgotten after a time', async () => {
      const [here, there] = await open()
      const old = aGithubJob()
      await here.accept(old, NOW)
      await here.accept(aGithubJob(), later(10))
      await there.forget(later(10), 1)
      expect(await here.takeDue(10, 60, later(10))).toHaveLength(1)
      expect(await there.accept(old, later(11))).toBe('accepted')
    })
  })
}
