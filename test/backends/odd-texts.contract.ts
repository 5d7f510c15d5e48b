import { describe, expect, it, onTestFinished } from 'vitest'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { Results } from '../../src/backends/results/results.ts'
import type { State } from '../../src/backends/state/state.ts'
import { BadInput } from '../../src/domain/errors.ts'
import { aRequest } from '../builders/request.ts'
import { aRun } from '../builders/run.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
/** Texts that no engine can store unchanged, and what they become. */
const ODD = [
  ['a NUL', 'a\0b', 'a\ufffdb'],
  ['half a surrogate pair', 'j\udcf6rg', 'j\ufffdrg'],
  ['the other half at the end', 'x\ud83d', 'x\ufffd'],
] as const

/**
 * Every engine answers in the same way for texts that a database may not contain. Each opener gives an empty
 * database.
 */
export function describeOddTexts(
  engine: string,
  openers: { results(): Promise<Results>; derived(): Promise<Derived>; state(): Promise<State> },
): void {
  const open = async <Name extends keyof typeof openers>(name: Name) => {
    const opened = (await openers[name]()) as Awaited<ReturnType<(typeof openers)[Name]>>
    onTestFinished(() => opened.close())
    return opened
  }

  describe.each(ODD)(`%s in a text, on ${engine}`, (_, odd, kept) => {
    it('is kept as U+FFFD in a result, and found by either', async () => {
      const results = await open('results')
      const run = aRun().by(odd).with({ version: odd, triggers: odd, env: odd })
      expect(await results.record([run])).toEqual([run])
      const whole = run.by(kept).with({ version: kept, triggers: kept, env: kept })
      expect(await results.run(run)).toEqual(whole)
      const derived = await open('derived')
      await derived.indexRuns('id', 'p', [run])
      for (const requester of [odd, kept]) {
        const found = await derived.newest({ requester }, { limit: 9, offset: 0 })
        expect(found.map(one => one.runId)).toEqual([run.runId])
      }
    })

    it('is no name of a run, and looking for one finds nothing', async () => {
      const results = await open('results')
      const good = aRun()
      await results.record([good])
      for (const key of ['release', 'arch', 'package', 'runId'] as const) {
        const wrong = good.with({ [key]: odd })
        await expect(results.record([wrong])).rejects.toThrow(BadInput)
        expect(await results.run(wrong)).toBeUndefined()
        expect(await results.runs([wrong, good])).toEqual([good])
        expect(await results.unknownOf([wrong])).toEqual([wrong])
        await results.neighbours(wrong)
        expect(await results.remove([wrong])).toBe(0)
      }
      expect(await results.history({ ...good, package: odd }, { limit: 9 })).toEqual([])
      expect(await results.history(good, { limit: 9, before: odd })).toBeInstanceOf(Array)
      expect(await results.newestRuns(odd)).toEqual([])
      expect(await results.tests(odd, { limit: 9 })).toEqual([])
      const derived = await open('derived')
      for (const filter of [{ release: odd }, { arch: odd }, { requester: odd }])
        expect(await derived.newest(filter, { limit: 9, offset: 0 })).toEqual([])
      expect(await derived.details({ ...good, package: odd })).toBeUndefined()
    })

    it('may be among the names of any list that is asked for', async () => {
      const [derived, state] = [await open('derived'), await open('state')]
      const [page, moment] = [
        { limit: 9, offset: 0 },
        { release: 'noble', before: undefined },
      ]
      for (const names of [[odd], [odd, 'gzip', kept]]) {
        expect(await derived.steadiness.list({ packages: names, order: 'flakes' }, page)).toEqual([])
        expect(await derived.news.latest({ packages: names }, 9)).toEqual([])
        expect(await state.notes.list({ packages: names }, { limit: 9 })).toEqual([])
        const changes = { arches: names, packages: names }
        const { tests } = await derived.moments.compare(moment, moment, changes, {
          change: undefined,
          ...page,
        })
        expect(tests).toEqual([])
        for (const filter of [{ packages: names }, { sources: names }, { arches: names }])
          expect(await derived.triggers.failures({ outcomes: ['regression'], ...filter }, 9)).toEqual([])
      }
    })

    it('is kept as U+FFFD of a request and a refusal, and looked up alike', async () => {
      const { requests, accounts, ...state } = await open('state')
      const request = aRequest({ requester: odd, readableBy: [odd], body: `gzip\n${odd}`, address: odd })
      expect(await requests.claim([request], 60, NOW)).toBe('claimed')
      expect(await requests.byUuid(request.uuid)).toMatchObject({ requester: kept, body: `gzip\n${kept}` })
      expect(await requests.countSince({ requester: odd }, NOW)).toBe(1)
      expect(await requests.byRequester(odd, { limit: 9 })).toHaveLength(1)
      await requests.failed(request.uuid, odd)
      const refused = {
        requester: odd,
        source: 'page',
        address: odd,
        asked: odd,
        reason: odd,
        at: NOW,
      } as const
      await requests.refused(refused)
      expect(await requests.refusals({ limit: 9, offset: 0 })).toMatchObject([{ asked: kept, reason: kept }])
      expect(await requests.refusalsOf(odd, 9)).toHaveLength(1)
      expect(await requests.byUuid(odd)).toBeUndefined()
      expect(await accounts.session(odd, NOW)).toBeUndefined()
      expect(await accounts.keyOwner(odd, NOW)).toBeUndefined()
      await state.setPoint('p', odd)
      expect(await state.point('p')).toBe(kept)
      expect(await state.point(odd)).toBeUndefined()
    })

    it('does not keep a backup of the state from being put back', async () => {
      const state = await open('state')
      await state.load([{ table: 'point', row: { name: 'p', value: odd } }])
      expect(await state.point('p')).toBe(kept)
    })
  })
}
