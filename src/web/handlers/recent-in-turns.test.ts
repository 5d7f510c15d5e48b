import { describe, expect, it } from 'vitest'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import { recentResults } from '../../queries/runs/recent-results.ts'
import { makeList, recentInTurns } from './recent-in-turns.ts'

const RUNS = Array.from({ length: 2_300 }, () => aRun())

describe('very many runs', () => {
  it.each([
    { limit: 10_000, offset: 0 },
    { limit: 2_300, offset: 0 },
    { limit: 2_000, offset: 7 },
    { limit: 1_001, offset: 2_299 },
    { limit: 5_000, offset: 2_300 },
  ])('are those that are read at once: %o', async page => {
    const { web } = await aSite(RUNS)
    expect(await recentInTurns(web, {}, page)).toEqual(await recentResults(web, {}, page))
  })

  it('are read some at a time, and one that comes meanwhile repeats none', async () => {
    const { web, record } = await aSite(RUNS)
    const asked: number[] = []
    const results: typeof web.results = {
      ...web.results,
      async newest(page) {
        asked.push(page.limit)
        const found = await web.results.newest(page)
        await record(aRun())
        return found
      },
    }
    const { runs } = await recentInTurns({ ...web, results }, {}, { limit: 2_200, offset: 0 })
    expect(asked).toEqual([1001, 1001, 201])
    expect(new Set(runs.map(run => run.runId)).size).toBe(runs.length)
  })

  it('are made two at a time, and short lists at once', async () => {
    const paging = { limit: 10_000, offset: 0 }
    let made = 0
    let most = 0
    const make = async () => {
      most = Math.max(most, ++made)
      await new Promise(resolve => setImmediate(resolve))
      made -= 1
    }
    await Promise.all(Array.from({ length: 9 }, () => makeList(paging, make)))
    expect(most).toBe(2)
    await Promise.all(Array.from({ length: 9 }, () => makeList({ ...paging, limit: 100 }, make)))
    expect(most).toBe(9)
  })
})
