import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { parseLogHead } from '../contracts/files/log/log-head.ts'
import { readResultTar } from '../contracts/files/result-tar.ts'
import { parseSummary } from '../domain/run/subtest.ts'
import { archesOf, makeCast, NEWEST, RELEASES } from './cast.ts'
import { makeHistory } from './made-up-history.ts'
import { MADE_UP, makeLog } from './made-up-log.ts'
import { madeUpQueueHistory } from './made-up-queue-history.ts'
import { makeRunFiles } from './run-files.ts'
import { BREAKING, makeUploads } from './uploads.ts'

const EPOCH = Date.UTC(2026, 5, 1, 12)
const cast = makeCast()
const uploads = makeUploads(cast)
const runs = makeHistory(cast, uploads, EPOCH)
const testOf = ({ run }: (typeof runs)[number]) => `${run.package} ${run.arch}`

describe('the made-up world', () => {
  it('is the same each time, but for the moment it is told from', () => {
    const again = makeHistory(makeCast(), makeUploads(makeCast()), EPOCH)
    expect(again).toEqual(runs)
    const later = makeHistory(cast, uploads, EPOCH + 86_400_000)
    expect(later.map(({ request, outcome }) => ({ request, outcome }))).toEqual(
      runs.map(({ request, outcome }) => ({ request, outcome })),
    )
  })

  it('has an upload that breaks forty tests, and all in one way', () => {
    const trigger = `${BREAKING.source}/${BREAKING.version}`
    const failed = runs.filter(({ run }) => run.triggers === trigger && run.exitcode === 4)
    expect(new Set(failed.map(testOf)).size).toBe(40)
    for (const { outcome } of failed)
      expect(outcome.tests[0]?.lines.at(-1)).toMatch(/^ImportError: .*harbour_open_v2$/)
    const before = runs.filter(({ run }) => run.triggers === 'migration-reference/0')
    for (const one of failed) {
      const baseline = before.find(other => testOf(other) === testOf(one) && other.run.release === NEWEST)
      expect([0, 2, 8]).toContain(baseline?.run.exitcode)
    }
  })

  it('has a package that fails on armhf alone, one that is flaky, and one that never passed', () => {
    const newest = (name: string, arch: string) =>
      runs.filter(({ run }) => run.package === name && run.release === NEWEST && run.arch === arch)
    expect(newest('quern', 'armhf').at(-1)?.run.exitcode).toBe(4)
    expect(newest('quern', 'amd64').at(-1)?.run.exitcode).not.toBe(4)
    const flaky = newest('lantern', 'amd64').map(({ run }) => run.exitcode)
    for (const code of [0, 4]) expect(flaky.filter(one => one === code).length).toBeGreaterThan(5)
    expect(newest('oldmill', 'amd64').some(({ run }) => run.exitcode === 0)).toBe(false)
  })

  it('gives the rows that a rebuild from its files gives', async () => {
    for (const { request, outcome, run } of runs.filter((_, place) => place % 23 === 0)) {
      const log = makeLog(request, outcome, new Date(EPOCH + request.at))
      const files = makeRunFiles(request, outcome, { log, uploads })
      const result = await readResultTar(Readable.from([files['result.tar']]))
      expect(result.faults).toEqual([])
      const { exitcode, version, duration, requester = '', triggers } = result
      expect({ exitcode, version, duration, requester, triggers }).toEqual({
        ...{ exitcode: run.exitcode, version: run.version, duration: run.duration },
        ...{ requester: run.requester, triggers: run.triggers },
      })
      expect(parseLogHead(log)).toEqual({ triggers: run.triggers, env: run.env })
      expect(parseSummary(result.summary ?? '').length).toBe(outcome.tests.length)
    }
  })

  it('says in the first line of each log that it is made up, and tells of the same tests as the summary', () => {
    for (const { request, outcome } of runs.filter((_, place) => place % 23 === 0)) {
      const log = makeLog(request, outcome, new Date(EPOCH + request.at))
      const packed = makeRunFiles(request, outcome, { log, uploads })['log.gz'] as Buffer
      expect(gunzipSync(packed).toString().split('\n')[0]).toBe(`  0s ${MADE_UP}`)
      for (const { name, result } of outcome.tests) expect(log).toContain(`${name.padEnd(20)} ${result}`)
      const seconds = log
        .trimEnd()
        .split('\n')
        .map(line => Number.parseInt(line, 10))
      expect(seconds).toEqual(seconds.toSorted((a, b) => a - b))
      expect(seconds.at(-1)).toBeLessThanOrEqual(outcome.seconds)
    }
  })

  it('keeps on each architecture no more tests running than it has machines for, and queues that grow and drain', () => {
    const minutes = madeUpQueueHistory(runs, EPOCH).find(({ span }) => span === 10)?.samples ?? []
    const depths = minutes.map(({ sample }) =>
      Object.values(sample.waiting?.ubuntu ?? {}).reduce((sum, row) => sum + (row[2] ?? 0), 0),
    )
    expect(Math.max(...depths)).toBeGreaterThan(10)
    expect(depths.filter(depth => depth === 0).length).toBeGreaterThan(depths.length / 2)
    for (const { sample } of minutes) expect(sample.running?.armhf ?? 0).toBeLessThanOrEqual(1)
  })

  it('counts in its queues what has begun and ended, each run once', () => {
    const [hours] = madeUpQueueHistory(runs, EPOCH)
    const ended =
      hours?.samples.flatMap(({ sample }) => Object.values(sample.ended ?? {}).map(([all]) => all)) ?? []
    const last = Math.floor(EPOCH / 3_600_000) * 3_600_000 - EPOCH
    const first = (hours?.samples[0]?.minute ?? 0) * 60_000 - EPOCH
    const counted = runs.filter(run => run.ended >= first && run.ended < last)
    expect(ended.reduce((sum, count) => sum + count, 0)).toBe(counted.length)
  })

  it('tests some 300 packages on three releases and six architectures', () => {
    expect(cast.packages.length).toBe(300)
    for (const release of RELEASES) expect(runs.some(({ run }) => run.release === release)).toBe(true)
    for (const made of cast.packages) expect(archesOf(made, NEWEST).length).toBeGreaterThan(0)
    expect(runs.length).toBeGreaterThan(3000)
    expect(runs.length).toBeLessThan(6000)
  })
})
