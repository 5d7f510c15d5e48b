import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startDaemon } from '../../test/builders/daemons.ts'
import { temporaryFolder } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { indexTriggers } from '../../test/builders/triggers.ts'
import { eventually } from '../../test/eventually.ts'
import { aSite } from '../../test/web/site.ts'
import type { ExcuseDifferences } from '../contracts/files/excuse-differences.ts'
import { compareExcuses } from './compare-excuses.ts'

/** Excuses of `perl/5.40-1`, by package the word at its test on noble amd64. */
const excusesOf = (words: Readonly<Record<string, string>>) => `generated-date: 2026-11-29 10:00:00
sources:
- excuses: []
  new-version: 5.40-1
  policy_info:
    autopkgtest:
${Object.entries(words)
  .map(
    ([name, word]) =>
      `      ${name}/1:\n        amd64:\n        - ${word}\n        - https://x/packages/${name}/noble/amd64\n`,
  )
  .join('')}  source: perl
`

const reference = (name: string) =>
  aRun().of(name).endedAt('2026-11-20 10:00:00').triggeredBy('migration-reference/0')
const perl = (name: string, at = '2026-11-28 10:00:00') =>
  aRun().of(name).endedAt(at).triggeredBy('perl/5.40-1')

const RUNS = [
  perl('passes'),
  ...[reference('broke'), perl('broke').failing()],
  ...[reference('broke-too'), perl('broke-too').failing()],
  ...[reference('always').failing(), perl('always').failing()],
  perl('open').failing(),
  ...[reference('hinted'), perl('hinted').failing()],
  perl('mended'),
  ...[reference('again'), perl('again').failing()],
  perl('later', '2026-11-29 09:30:00'),
]

const WORDS = {
  ...{ passes: 'PASS', broke: 'REGRESSION', 'broke-too': 'PASS', always: 'ALWAYSFAIL' },
  ...{ open: 'RUNNING-REFERENCE', hinted: 'IGNORE-FAIL', mended: 'IGNORE-FAIL', again: 'RUNNING' },
  ...{ later: 'REGRESSION', unheard: 'ALWAYSFAIL', waits: 'RUNNING-ALWAYSFAIL' },
}

it('counts and lists of which tests britney says something else, but not what it cannot know yet', async () => {
  const excuses = join(temporaryFolder(), 'update_excuses.yaml')
  writeFileSync(excuses, excusesOf(WORDS))
  const made = await aSite(RUNS, { documents: { excuses } })
  await indexTriggers(made.web)
  expect((await made.get('/excuses')).texts('.empty')).toEqual(['Nothing has been compared yet.'])
  await startDaemon(compareExcuses, made.web)
  await eventually(() => expect(made.web.snapshots.excuseDifferences.current().state).toBe('ok'))
  const told = (await made.get('/excuses.json')).json<ExcuseDifferences>()
  expect(told.differences.map(one => [one.package, one.britney, one.outcome])).toEqual([
    ['broke-too', 'PASS', 'regression'],
    ['mended', 'IGNORE-FAIL', 'pass'],
    ['unheard', 'ALWAYSFAIL', null],
  ])
  expect(told).toMatchObject({ compared: 8, differing: 3, made: '2026-11-29T10:00:00.000Z' })
  const page = await made.get('/excuses')
  expect(page.texts('[data-row]')).toEqual([
    'perl/5.40-1 broke-too noble amd64 PASS regression',
    'perl/5.40-1 mended noble amd64 IGNORE-FAIL pass',
    'perl/5.40-1 unheard noble amd64 ALWAYSFAIL unknown',
  ])
  expect((await made.get('/regressions')).document.querySelector('a[href="/excuses"]')).not.toBeNull()
})

it('waits until all results are counted, and is idle where no excuses are configured', async () => {
  const excuses = join(temporaryFolder(), 'update_excuses.yaml')
  writeFileSync(excuses, excusesOf({ passes: 'REGRESSION' }))
  const uncounted = await aSite(RUNS, { documents: { excuses } })
  const none = await aSite(RUNS)
  for (const made of [uncounted, none]) {
    const daemon = await startDaemon(compareExcuses, made.web)
    await new Promise(resolve => setTimeout(resolve, 500))
    expect(daemon.health().ok).toBe(true)
    expect(made.web.snapshots.excuseDifferences.current().state).toBe('missing')
  }
  expect((await none.get('/excuses')).texts('.empty')[0]).toContain('does not read excuses')
  expect((await none.get('/regressions')).document.querySelector('a[href="/excuses"]')).toBeNull()
})
