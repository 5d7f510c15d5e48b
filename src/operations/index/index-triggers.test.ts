import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import { sqliteDerived } from '../../backends/derived/sqlite/sqlite.ts'
import type { Run } from '../../domain/run/run.ts'
import { silentLog } from '../../log.ts'
import { triggerIndexing } from './index-triggers.ts'

const PERL = { source: 'perl', version: '5.40' }

async function opened(runs: readonly Run[]) {
  const results = await resultsWith(...runs)
  const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
  onTestFinished(() => derived.close())
  const indexing = triggerIndexing({ results, derived })
  const follow = async () => {
    let uncounted = 0
    const count = (rows: number) => {
      uncounted += rows
    }
    while (await indexing.step(count));
    return uncounted
  }
  const outcome = async () => (await derived.triggers.outcomesOf(PERL, ['hello']))[0]?.outcome
  return { results, derived, follow, outcome }
}

const failing = () => aRun().triggeredBy('perl/5.40').failing()
const reference = () => aRun().triggeredBy('migration-reference/0')

it('counts what was there, what comes, and nothing twice', async () => {
  const many = Array.from({ length: 1100 }, (_, n) => aRun().of(`p${n}`).triggeredBy('perl/5.40'))
  const { results, derived, follow } = await opened(many)
  await follow()
  expect(await derived.triggers.counts(PERL)).toEqual([
    { release: 'noble', arch: 'amd64', outcome: 'pass', count: 1100 },
  ])
  await results.record([aRun().of('more').triggeredBy('perl/5.40').neutral()])
  await follow()
  await follow()
  expect((await derived.triggers.counts(PERL))?.map(one => one.count).sort()).toEqual([1, 1100])
})

it('says how many rows count for no trigger', async () => {
  const { follow } = await opened([failing(), failing().exiting(16).with({ version: '' })])
  expect(await follow()).toBe(1)
})

it('follows the archive when its versions change', async () => {
  const { results, follow, outcome } = await opened([failing(), reference().of('hello', '2.11-1')])
  await follow()
  expect(await outcome()).toBe('regression')
  const url = 'http://archive.example/dists/noble/main/source/Sources.xz'
  const row = { release: 'noble', pocket: 'noble', component: 'main', package: 'hello' }
  await results.currentVersions().refresh(url, 'yesterday', [{ ...row, version: '2.10-3' }])
  await follow()
  expect(await outcome()).toBe('not a regression')
  await results.currentVersions().refresh(url, 'today', [{ ...row, version: '2.11-1' }])
  await follow()
  expect(await outcome()).toBe('regression')
})
