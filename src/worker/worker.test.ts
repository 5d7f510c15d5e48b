import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { aWorkplace, QUEUE } from '../../test/builders/stand-in.ts'
import { eventually } from '../../test/eventually.ts'
import { DEAD_LETTER_QUEUE } from '../backends/broker/broker.ts'
import { openSpool } from './spool.ts'

describe('the worker', () => {
  let place: Awaited<ReturnType<typeof aWorkplace>>
  beforeEach(async () => {
    place = await aWorkplace()
  })

  it('runs a request, says how it is doing, uploads the result and says that it is complete', async () => {
    place.work()
    await place.ask('gzip', { triggers: ['gzip/1', 'a/2'], requester: 'joe', testname: 'wait' })
    await eventually(() => expect(place.statuses.at(-1)?.logtail).toContain('starting'))
    expect(place.statuses.at(-1)).toMatchObject({
      package: 'gzip',
      running: true,
      release: 'bookworm',
      architecture: 'amd64',
    })
    expect(place.statuses.at(-1)?.params).toEqual({
      triggers: ['gzip/1', 'a/2'],
      requester: 'joe',
      testname: 'wait',
    })
    place.go()
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.statuses.filter(one => !one.running)).toHaveLength(1)
    const { swift_dir, duration, ...rest } = place.completions[0] as Record<string, unknown>
    expect(rest).toEqual({
      architecture: 'amd64',
      container: 'autopkgtest-bookworm',
      exitcode: 0,
      package: 'gzip',
      testpkg_version: '1.0-1',
      release: 'bookworm',
      requester: 'joe\n',
      triggers: 'gzip/1 a/2',
      env: 'testname=wait',
    })
    expect(duration).toMatch(/^\d+\n$/)
    expect(swift_dir).toMatch(/^bookworm\/amd64\/g\/gzip\/\d{8}_\d{6}_[0-9a-f]{5}@$/)
    expect(Object.keys(place.readTar(swift_dir))).toEqual([
      'exitcode',
      'testpkg-version',
      'duration',
      'testinfo.json',
      'requester',
      'summary',
    ])
    await eventually(() => expect(place.inSpool()).toEqual([]))
  })

  it('takes the huge queue last, and the others in turn', async () => {
    for (const n of [1, 2]) {
      await place.ask('huge', { testname: `h${n}` }, 'debci-huge-bookworm-amd64')
      await place.ask('distro', { testname: `d${n}` })
      await place.ask('ppa', { testname: `p${n}` }, 'debci-ppa-bookworm-amd64')
      await place.ask('upstream', { testname: `u${n}` }, 'debci-upstream-bookworm-amd64')
    }
    place.work()
    await eventually(() => expect(place.completions).toHaveLength(8))
    expect(place.calls().map(call => /--test-name=(\w+)/.exec(call)?.[1])).toEqual([
      'd1',
      'p1',
      'u1',
      'd2',
      'p2',
      'u2',
      'h1',
      'h2',
    ])
  })

  it('runs as many at once as it has slots', async () => {
    for (const name of ['one', 'two', 'three']) await place.ask(name, { testname: 'wait' })
    place.work({ slots: 2 })
    await eventually(() => expect(place.calls()).toHaveLength(2))
    expect(place.inSpool()).toHaveLength(2)
    expect((await place.broker.depths([QUEUE])).get(QUEUE)).toBe(1)
    place.go()
    await eventually(() => expect(place.completions).toHaveLength(3))
  })

  it('finishes what runs when it is asked to end, and takes no more', async () => {
    await place.ask('gzip', { testname: 'wait' })
    await place.ask('later')
    const worker = place.work()
    await eventually(() => expect(place.calls()).toHaveLength(1))
    worker.ask()
    place.go()
    await worker.done
    await eventually(() => expect(place.completions.map(one => one.package)).toEqual(['gzip']))
    expect((await place.broker.depths([QUEUE])).get(QUEUE)).toBe(1)
  })

  it('never runs what is on the list', async () => {
    writeFileSync(place.file('never'), 'linux/amd64 # no\n')
    place.work({ lists: { neverRun: place.file('never'), longTests: undefined, bigPackages: undefined } })
    await place.ask('linux', { triggers: ['linux/6'] })
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.completions[0]).toMatchObject({
      exitcode: 99,
      testpkg_version: 'blacklisted',
      duration: '0\n',
      requester: null,
    })
    expect(place.statuses).toEqual([])
    expect(place.calls()).toEqual([])
    expect(place.readTar(place.completions[0]?.swift_dir)).toEqual({
      exitcode: '99\n',
      'testpkg-version': 'linux blacklisted',
      duration: '0\n',
      'testinfo.json': '{\n "custom_environment": [\n  "ADT_TEST_TRIGGERS=linux/6"\n ]\n}',
    })
  })

  it('hides a private test, and puts its result where its readers alone can have it', async () => {
    place.work()
    await place.ask('secret', {
      'readable-by': ['joe', 'ann'],
      swiftuser: 'joe',
      requester: 'joe',
      triggers: ['secret/1'],
    })
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(JSON.stringify(place.statuses)).not.toContain('secret')
    expect(place.statuses[0]).toMatchObject({
      package: 'private-test',
      params: {},
      logtail: 'Running private test',
    })
    const { container, swift_dir } = place.completions[0] as { container: string; swift_dir: string }
    expect(container).toBe('private-autopkgtest-bookworm')
    expect(await place.store.access(container)).toBe('private')
    expect(readFileSync(join(place.file('store'), container, swift_dir, 'readable-by'), 'utf8')).toBe(
      'joe\nann',
    )
    const artifacts = execFileSync(
      'tar',
      ['-tzf', join(place.file('store'), container, swift_dir, 'artifacts.tar.gz')],
      { encoding: 'utf8' },
    )
    expect(artifacts.trim().split('\n').sort()).toEqual([
      'duration',
      'exitcode',
      'requester',
      'summary',
      'testinfo.json',
      'testpkg-version',
    ])
  })

  it.each([
    ['crash', 'autopkgtest itself failed with status 1'],
    ['usage', 'autopkgtest itself failed with status 2'],
  ])(
    'puts a request back three times when autopkgtest fails by %s, then says so',
    async (testname, reason) => {
      place.work()
      await place.ask('gzip', { testname })
      await eventually(() => expect(place.completions).toHaveLength(1))
      expect(place.calls()).toHaveLength(4)
      const [completion] = place.completions
      expect(completion).toMatchObject({ exitcode: 16, testpkg_version: 'unknown', duration: '0\n' })
      expect(place.readTar(completion?.swift_dir)).toMatchObject({
        exitcode: '16\n',
        summary: `testbed failure: given up after 4 attempts: ${reason}\n`,
      })
      await eventually(() => expect(place.inSpool()).toEqual([]))
    },
  )

  it('ends a run that takes too long', async () => {
    place.work({ limitMs: 300 })
    await place.ask('gzip', { testname: 'hang' })
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.completions[0]).toMatchObject({ exitcode: -15 })
  })

  it('sends what makes no sense to the dead letters, with the reason', async () => {
    place.work()
    await place.ask('gzip', { triggers: ['--shell'] })
    await place.broker.publish(QUEUE, Buffer.from([0xff, 0xfe]))
    await eventually(async () =>
      expect((await place.broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE)).toBe(2),
    )
    const first = await place.broker.take(DEAD_LETTER_QUEUE)
    expect(first?.headers).toMatchObject({ 'x-reason': 'triggers: invalid', 'x-queue': QUEUE })
    expect(Buffer.from(first?.body ?? []).toString()).toBe('gzip\n{"triggers":["--shell"]}')
    await eventually(() => expect(place.inSpool()).toEqual([]))
  })

  it('puts back what another worker left, byte for byte and with the number of the attempt', async () => {
    const body = Buffer.from('gzip\n{"triggers":   ["a/1"], "x": "\u00e9"}')
    const left = openSpool(place.settings.spool)
    left.keep('debci-bookworm-arm64', { body, redelivered: false, headers: { 'x-attempt': 1 } })
    mkdirSync(join(place.settings.spool, 'autopkgtest-work.halfmade'))
    left.close()
    await place.broker.declareQueues(['debci-bookworm-arm64'])
    place.work()
    await eventually(() => expect(place.inSpool()).toEqual([]))
    const delivery = await place.broker.take('debci-bookworm-arm64')
    expect(delivery?.headers).toEqual({ 'x-attempt': 2 })
    expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
  })

  it('keeps a result until the store has it, over its own end too', async () => {
    const away = { ...place.store, put: () => Promise.reject(new Error('the store is unavailable')) }
    const worker = place.work({}, { deps: { store: away } })
    await place.ask('gzip')
    await eventually(() => expect(place.calls()).toHaveLength(1))
    await eventually(() =>
      expect(readdirSync(join(place.settings.spool, place.inSpool()[0] ?? ''))).toContain('result.json'),
    )
    worker.ask()
    await worker.done
    expect(place.completions).toEqual([])
    place.work()
    await eventually(() => expect(place.completions).toHaveLength(1))
    expect(place.calls()).toHaveLength(1)
    await eventually(() => expect(place.inSpool()).toEqual([]))
    const log = join(
      place.file('store/autopkgtest-bookworm'),
      String(place.completions[0]?.swift_dir),
      'log.gz',
    )
    expect(gunzipSync(readFileSync(log)).toString()).toBe('autopkgtest [10:00:00]: starting\n')
  })

  it('shares its spool with no other worker', async () => {
    const left = openSpool(place.settings.spool)
    await expect(place.work().done).rejects.toThrow('another worker uses')
    left.close()
  })
})
