import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { readResultTar } from '../contracts/files/result-tar.ts'
import { testcomplete } from '../contracts/messages/testcomplete.ts'
import { teststatus } from '../contracts/messages/teststatus.ts'
import { parseQueueName } from '../domain/queue/queue-name.ts'
import { makeCast } from './cast.ts'
import { MADE_UP } from './made-up-log.ts'
import { type MadeUpTest, madeUpTests } from './made-up-tests.ts'
import { BREAKING, LIVE_UPLOAD_MS, makeUploads } from './uploads.ts'

const EPOCH = Date.UTC(2026, 5, 1, 12)
const NOW = new Date(EPOCH + 600_000)
const cast = makeCast()
const tests = madeUpTests(cast, makeUploads(cast), EPOCH)
const begin = (name: string, params: object, queue = 'debci-forky-amd64') =>
  tests.begin(queue, Buffer.from(`${name}\n${JSON.stringify(params)}`), NOW)
const delivered = (test: MadeUpTest) => test.deliver(new Date(NOW.getTime() + 1000 * test.seconds))
const objectOf = (test: MadeUpTest, name: string) =>
  delivered(test).objects.find(([one]) => one === name)?.[1] as Buffer
const resultOf = (test: MadeUpTest) => readResultTar(Readable.from([objectOf(test, 'result.tar')]))

describe('a request that is made while one looks', () => {
  it('ends as the story of its package goes', async () => {
    const trigger = `${BREAKING.source}/${BREAKING.version}`
    const broken = begin(cast.broken[0] as string, { triggers: [trigger], requester: 'alice' })
    expect((await resultOf(broken)).exitcode).toBe(4)
    expect(gunzipSync(objectOf(broken, 'log.gz')).toString()).toContain('undefined symbol: harbour_open_v2')
    const baseline = begin(cast.broken[0] as string, { triggers: ['migration-reference/0'] })
    expect((await resultOf(baseline)).exitcode).toBe(0)
  })

  it('may be for a package that nobody has heard of, and says that it is made up', async () => {
    const test = begin('my-own-package', { triggers: ['my-own-package/1.0-1'], testname: 'nothing-like-it' })
    const log = gunzipSync(objectOf(test, 'log.gz')).toString()
    expect(log.split('\n')[0]).toContain(MADE_UP)
    expect(await resultOf(test)).toMatchObject({ triggers: 'my-own-package/1.0-1', faults: [] })
  })

  it('is told of as workers tell: a log that grows without a gap, and a completion that leads to the files', () => {
    const params = { triggers: ['lantern/1.0-1'], uuid: 'x', 'submit-time': '2026-06-01 12:00:00+0000' }
    const test = begin('lantern', params)
    let log = ''
    for (let elapsed = 0; elapsed <= test.seconds; elapsed += 3) {
      const status = teststatus.parse(JSON.parse(test.status(elapsed, true)))
      if (!status.running || status.output === undefined) continue
      expect(status.output.offset).toBe(Buffer.byteLength(log))
      expect(status.params).toMatchObject(params)
      log += status.output.text
    }
    test.status(test.seconds, true)
    const whole = gunzipSync(objectOf(test, 'log.gz')).toString()
    expect(whole.startsWith(log)).toBe(true)
    const { container, directory, completion } = delivered(test)
    const said = testcomplete.parse(JSON.parse(completion))
    expect(said).toMatchObject({ container, swift_dir: directory, package: 'lantern', release: 'forky' })
  })

  it('stays private where it is', () => {
    const test = begin('lantern', { triggers: ['lantern/1.0-1'], 'readable-by': ['bob'] })
    expect(test.status(60, true)).not.toMatch(/lantern|MADE UP/)
    const { isPrivate, container, objects } = delivered(test)
    expect([isPrivate, container]).toEqual([true, 'private-autopkgtest-forky'])
    expect(objects.find(([name]) => name === 'readable-by')?.[1].toString()).toBe('bob\n')
    expect(objects.at(-1)?.[0]).toBe('result.tar')
  })

  it('is dropped with a reason where no worker would take it', () => {
    expect(() => begin('lantern', { triggers: ['$(reboot)'] })).toThrow('triggers: invalid')
  })
})

describe('what is uploaded while one looks', () => {
  it('is another source every twenty minutes, and triggers tests of its users everywhere', () => {
    const first = tests.requestsAt(NOW)
    const uploads = new Set<string>()
    for (let n = 0; n < 12; n++)
      uploads.add(tests.requestsAt(new Date(EPOCH + n * LIVE_UPLOAD_MS))[0]?.body.split('\n')[1] as string)
    expect(uploads.size).toBe(12)
    expect(first.length).toBeGreaterThan(30)
    expect(new Set(first.map(({ queue }) => parseQueueName(queue)?.arch)).size).toBe(6)
  })

  it('is the current version from then on', () => {
    const uploads = makeUploads(cast)
    for (let n = 0; n < 40; n++) {
      const at = n * LIVE_UPLOAD_MS + 1
      const { source, version, release } = uploads.liveAt(at)
      expect(uploads.versionAt(source, release, at)).toBe(version)
    }
  })
})

it('tells of a test that has been running for hours without a word', () => {
  const status = teststatus.parse(JSON.parse(tests.stuck(NOW)))
  expect(status).toMatchObject({ running: true, package: 'tidewheel', architecture: 's390x' })
  expect(status.running && status.duration).toBeGreaterThan(9 * 3600)
})
