import { describe, expect, it } from 'vitest'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import type { RunDetails } from '../../../../backends/derived/derived.ts'
import { links } from '../../../links.ts'

const withSmoke = (result: 'PASS' | 'FAIL'): RunDetails => ({
  subtests: [{ name: 'smoke', result, detail: '' }],
  log: undefined,
})

describe('the history of a test for programs', () => {
  it('has its runs with what failed, its tests over them, and since when', async () => {
    const [passed, failed] = [aRun(), aRun().failing()]
    const site = await aSite([passed, failed])
    await site.web.derived.saveDetails(passed, withSmoke('PASS'), [])
    await site.web.derived.saveDetails(failed, withSmoke('FAIL'), [
      aFailure('cannot open', { test: 'smoke' }),
    ])
    expect((await site.get(links.testJson(failed))).json()).toMatchObject({
      package: 'hello',
      streak: { passing: false, runs: 1, since: failed.runId, before: passed.runId },
      retries: null,
      runs: [
        { run_id: failed.runId, verdict: 'fail', failure: { test: 'smoke', text: 'cannot open' } },
        { run_id: passed.runId, verdict: 'pass', failure: null },
      ],
      subtests: {
        of: [failed.runId, passed.runId],
        list: [
          { name: 'smoke', results: ['FAIL', 'PASS'], fails_in: 1, fails_since: failed.runId, new: false },
        ],
      },
      notes: [],
      newer: null,
      older: null,
    })
  })

  it('leads from page to page', async () => {
    const site = await aSite(Array.from({ length: 150 }, () => aRun()))
    const first = (await site.get(links.testJson(aRun()))).json() as { older: string; runs: unknown[] }
    expect(first.runs).toHaveLength(100)
    const { pathname, search } = new URL(first.older)
    const second = (await site.get(pathname + search)).json()
    expect(second).toMatchObject({ older: null, streak: null, newer: expect.any(String) })
    expect((second as { runs: unknown[] }).runs).toHaveLength(50)
  })

  it('is empty for a test that never ran, and says what is wrong with a place', async () => {
    const site = await aSite([])
    const nothing = await site.get('/packages/nope/noble/amd64.json')
    expect(nothing.json()).toMatchObject({ runs: [], subtests: null, streak: null })
    expect((await site.get('/packages/nope/noble/amd64.json?before=yesterday')).status).toBe(400)
  })
})
