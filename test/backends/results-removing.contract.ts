import { describe, expect, it, onTestFinished } from 'vitest'
import type { Results } from '../../src/backends/results/results.ts'
import { aRun } from '../builders/run.ts'

const index = (pocket: string) => `http://archive.invalid/ubuntu/dists/${pocket}/main/source/Sources.gz`
const SUNDAY = 'Sun, 15 Nov 2026 10:00:00 GMT'
/** The number of attempts at a race that is lost in most of them, if at all. */
const ROUNDS = 10

/** Going through a release, and removing it. `open` gives an empty database of its own. */
export function describeRemoving(engine: string, open: () => Promise<Results>): void {
  const openResults = async (): Promise<Results> => {
    const results = await open()
    onTestFinished(() => results.close())
    return results
  }

  describe(`results on ${engine}: removing`, () => {
    it('removes the rows that it is told to, and the tests that have none left', async () => {
      const results = await openResults()
      const [old, newer, other, later] = [aRun(), aRun(), aRun().of('zlib'), aRun().on('jammy', 'amd64')]
      await results.record([old, newer, other, later])
      expect(await results.remove([old, other, other, aRun()])).toBe(2)
      expect(await results.newest({ limit: 10, offset: 0 })).toEqual([later, newer])
      expect(await results.packageNames()).toEqual(['hello'])
      expect(await results.remove([newer])).toBe(1)
      expect(await results.testedPairs()).toEqual([{ release: 'jammy', arch: 'amd64' }])
      expect(await results.remove([])).toBe(0)
      expect(await results.check()).toEqual([])
    })

    it('tells those who follow that something changed, and takes a removed run again', async () => {
      const results = await openResults()
      const [kept, gone] = [aRun(), aRun()]
      await results.record([kept, gone])
      const before = results.version()
      await results.remove([gone])
      await expect.poll(() => results.version()).not.toBe(before)
      expect(await results.record([gone.failing()])).toEqual([gone.failing()])
      expect(await results.run(gone)).toEqual(gone.failing())
    })

    it('keeps what completes while a release is removed, and leaves no test without a row', async () => {
      const results = await openResults()
      const tests = Array.from({ length: 20 }, (_, n) => `package${n}`)
      const completed = () => tests.map(name => aRun().of(name))
      let old = completed()
      await results.record(old)
      for (let round = 0; round < ROUNDS; round++) {
        const [one, other] = [completed(), completed().toReversed()]
        const [, , removed] = await Promise.all([
          results.record(one),
          results.record(other),
          results.remove(old),
        ])
        expect(removed).toBe(old.length)
        old = [...one, ...other]
        expect(await results.unknownOf(old)).toEqual([])
      }
      // The last ones, and again those that were known when they were removed
      await Promise.all([results.record(old), results.remove(old), results.remove(old)])
      await results.remove(old)
      expect(await results.packageNames()).toEqual([])
    })

    it('goes through the tests of a release in steps', async () => {
      const results = await openResults()
      const runs = ['b', 'a', 'libc', 'z'].flatMap(name => [
        aRun().of(name).on('noble', 'amd64'),
        aRun().of(name).on('noble', 's390x'),
        aRun().of(name).on('jammy', 'amd64'),
      ])
      await results.record(runs)
      const found: string[] = []
      for (let after: { package: string; arch: string } | undefined; ; ) {
        const page = await results.tests('noble', { limit: 3, after })
        if (page.length === 0) break
        found.push(...page.map(test => `${test.release} ${test.package} ${test.arch}`))
        after = page.at(-1)
      }
      const expected = ['a', 'b', 'libc', 'z'].flatMap(name => [`noble ${name} amd64`, `noble ${name} s390x`])
      expect(found).toEqual(expected)
      expect(await results.tests('focal', { limit: 3 })).toEqual([])
    })

    it('knows the versions of a release, and forgets them', async () => {
      const results = await openResults()
      const current = results.currentVersions()
      for (const [release, pocket, version] of [
        ['noble', 'noble', '1'],
        ['noble', 'noble-updates', '2'],
        ['jammy', 'jammy', '0'],
      ] as const) {
        await current.refresh(index(pocket), SUNDAY, [
          { release, pocket, component: 'main', package: 'hello', version },
        ])
      }
      expect(await current.versions('noble')).toEqual(new Map([['hello', '2']]))
      await current.forget('noble')
      expect(await current.versions('noble')).toEqual(new Map())
      expect(await current.lastChecked(index('noble-updates'))).toBeUndefined()
      expect(await current.versions('jammy')).toEqual(new Map([['hello', '0']]))
      expect(await current.lastChecked(index('jammy'))).toBe(SUNDAY)
    })
  })
}
