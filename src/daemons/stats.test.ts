import { readFile, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startDaemon } from '../../test/builders/daemons.ts'
import { resultsWith, temporaryFolder } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { openSnapshotsIn } from '../../test/builders/snapshots.ts'
import { eventually } from '../../test/eventually.ts'
import { stats } from './stats.ts'

async function setUp() {
  const results = await resultsWith(
    aRun().of('gzip').on('noble', 'amd64').passing(),
    aRun().of('gzip').on('noble', 'amd64').failing(),
    aRun().of('sed').on('noble', 'arm64').failing(),
    aRun().of('sed').on('jammy', 'amd64').passing(),
  )
  const folder = temporaryFolder()
  return { results, snapshots: openSnapshotsIn(folder), file: join(folder, 'stats.json') }
}

/** Counting starts a thread, which takes its time on a busy machine. */

describe('the statistics', () => {
  it('are counted at the first start, release by release and arch by arch', async () => {
    const { results, snapshots, file } = await setUp()
    await startDaemon(stats, { results, snapshots })
    await eventually(async () =>
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({
        noble: {
          amd64: { numpkgs: 1, numpkgspass: 1, passruns: 1, failruns: 1 },
          arm64: { numpkgs: 1, numpkgspass: 0, passruns: 0, failruns: 1 },
        },
      }),
    )
  })

  it('tell what tests of late cost, too', async () => {
    const now = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_')
    const run = aRun().of('gzip').on('noble', 'amd64').triggeredBy('glibc/2.39-1')
    const results = await resultsWith(
      run.with({ runId: `${now}_abcde@`, duration: 100, requester: 'joe' }),
      run.with({ runId: '20240101_120000_abcde@', duration: 900 }),
    )
    const snapshots = openSnapshotsIn(temporaryFolder())
    await startDaemon(stats, { results, snapshots })
    const cost = (name: string) => [{ name, runs: 1, seconds: 100 }]
    const costs = {
      ...{ trigger: cost('glibc/2.39-1'), requester: cost('joe') },
      ...{ package: cost('gzip'), arch: cost('amd64') },
    }
    await eventually(async () =>
      expect(snapshots.machineTime.current().value).toEqual({ day: costs, week: costs, month: costs }),
    )
  })

  it('are counted as soon as an empty database is not empty any more', async () => {
    const { snapshots, file } = await setUp()
    const results = await resultsWith()
    await startDaemon(stats, { results, snapshots })
    await eventually(async () => expect(await readFile(file, 'utf8')).toBe('{}'))
    await results.record([aRun().of('gzip').on('noble', 'amd64').passing()])
    await eventually(() => expect(snapshots.statistics.current().value).toHaveProperty('noble'))
  })

  it('are not counted again at a start within the hour, and are after it', async () => {
    const { results, snapshots, file } = await setUp()
    await snapshots.statistics.replace({ jammy: {} })
    await snapshots.machineTime.replace({})
    const first = await startDaemon(stats, { results, snapshots })
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(await readFile(file, 'utf8')).toBe('{"jammy":{}}')
    await first.stop()

    const hourAgo = Date.now() / 1000 - 3601
    await utimes(file, hourAgo, hourAgo)
    await eventually(() =>
      expect(snapshots.statistics.current().at?.getTime()).toBeLessThan(Date.now() - 3.6e6),
    )
    await startDaemon(stats, { results, snapshots })
    await eventually(() => expect(snapshots.statistics.current().value).toHaveProperty('noble'))
  })
})
