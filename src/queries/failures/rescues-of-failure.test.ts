import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { resultsWith, temporaryFolder } from '../../../test/builders/databases.ts'
import { someDetails } from '../../../test/builders/details.ts'
import { aFailure } from '../../../test/builders/failures.ts'
import { aRun } from '../../../test/builders/run.ts'
import { sqliteDerived } from '../../backends/derived/sqlite/sqlite.ts'
import type { Run } from '../../domain/run/run.ts'
import { silentLog } from '../../log.ts'
import { rescuesOfFailure } from './rescues-of-failure.ts'

const at = (day: number, run = aRun()): ReturnType<typeof aRun> =>
  run.named(`202609${String(day).padStart(2, '0')}_101112_00001@`)

/** The counts of a failure that some of these runs have; the others fail in another way, or pass. */
async function rescuesOf(all: readonly Run[], failing: readonly Run[]) {
  const results = await resultsWith(...all)
  const derived = await sqliteDerived({ file: join(temporaryFolder(), 'derived.db'), log: silentLog })
  onTestFinished(() => derived.close())
  for (const run of failing) await derived.saveDetails(run, someDetails(), [aFailure('disk is full')])
  const failure = (await derived.failures.of(failing[0] as Run))?.[0]?.signature?.address as string
  return rescuesOfFailure({ results, derived }, failure)
}

describe('retries of runs that failed in the same way', () => {
  it('are counted over all tests, with those that passed', async () => {
    const other = aRun().of('other')
    const failing = [at(1).failing(), at(2).failing(), at(1, other).failing()]
    expect(await rescuesOf([...failing, at(3), at(2, other)], failing)).toEqual({ passed: 2, retries: 3 })
  })

  it('are none that followed on another failure, with another trigger, or a month later', async () => {
    const failing = [at(1).failing(), at(1, aRun().of('late')).failing()]
    const others = [
      at(2).triggeredBy('glibc/2'),
      at(3, aRun().of('x')).failing(),
      at(4, aRun().of('x')),
      aRun().of('late').named('20261015_101112_00001@'),
    ]
    expect(await rescuesOf([...failing, ...others], failing)).toEqual({ passed: 0, retries: 0 })
  })
})
