import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DEAD_LETTER_QUEUE, TESTCOMPLETE, TESTSTATUS } from '../backends/broker/broker.ts'
import { embeddedBroker } from '../backends/broker/embedded.ts'
import { filesystemStore } from '../backends/store/filesystem.ts'
import { silentLog as log } from '../log.ts'
import { openMetrics } from '../metrics.ts'
import { openSpool } from './spool.ts'
import { type Pace, runWorker, type WorkerSettings } from './worker.ts'

const QUEUE = 'debci-bookworm-amd64'
const TIMEOUTS = { short: 1, install: 1, test: 1, copy: 1, build: 1 }
const PACE: Pace = {
  statusMs: 100,
  pollMs: 20,
  backOffMs: 20,
  longestBackOffMs: 50,
  retryMs: 20,
  cleanUpMs: 2000,
}

/**
 * What the real autopkgtest does cannot be made to fail at will: this stands in for it, and does what the testname
 * says. It keeps a list of its calls.
 */
const STAND_IN = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
case "$*" in *--testname=usage*) echo 'no such option' >&2; exit 2 ;; esac
mkdir "$2" && echo "autopkgtest [10:00:00]: starting" > "$2/log"
case "$*" in
  *--testname=crash*) exit 1 ;;
  *--testname=testbed*) exit 16 ;;
  *--testname=hang*) sleep 1000 ;;
  *--testname=wait*) while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done ;;
esac
echo "$3 1.0-1" > "$2/testpkg-version"
echo '{"custom_environment": []}' > "$2/testinfo.json"
echo 'one                  PASS' > "$2/summary"
`

interface Message {
  readonly [name: string]: unknown
}

describe('the worker', () => {
  let folder: string
  let broker: ReturnType<typeof embeddedBroker>
  let store: ReturnType<typeof filesystemStore>
  let statuses: Message[]
  let completions: Message[]
  const running: { stop(): Promise<void> }[] = []

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'worker-'))
    writeFileSync(join(folder, 'autopkgtest'), STAND_IN)
    chmodSync(join(folder, 'autopkgtest'), 0o755)
    broker = embeddedBroker({ file: join(folder, 'broker.db'), log })
    store = filesystemStore({ root: join(folder, 'store') })
    statuses = []
    completions = []
    const collect = (into: Message[]) => async (delivery: { body: Uint8Array }) => {
      into.push(JSON.parse(Buffer.from(delivery.body).toString('utf8')))
      return 'ack' as const
    }
    await broker.subscribe({ from: TESTSTATUS, prefetch: 10 }, collect(statuses))
    await broker.subscribe({ from: TESTCOMPLETE, prefetch: 10 }, collect(completions))
  })
  afterEach(async () => {
    for (const worker of running.splice(0)) await worker.stop()
    await broker.close()
    rmSync(folder, { recursive: true })
  })

  const spool = () => join(folder, 'spool')
  const inSpool = () =>
    existsSync(spool()) ? readdirSync(spool()).filter(name => name !== 'worker.lock') : []
  const calls = () => {
    const file = join(folder, 'calls')
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
  }

  function work(fields: Partial<WorkerSettings> = {}) {
    const settings: WorkerSettings = {
      releases: ['bookworm'],
      arches: ['amd64'],
      slots: 1,
      spool: spool(),
      autopkgtest: join(folder, 'autopkgtest'),
      command: {
        virt: { server: 'schroot', args: ['$RELEASE'] },
        bigArgs: [],
        extraArgs: [],
        pocket: undefined,
        aptUpgrade: false,
        timeouts: TIMEOUTS,
        longTimeouts: TIMEOUTS,
      },
      ppas: {
        publicUrl: 'http://127.0.0.1:9',
        privateUrl: 'http://127.0.0.1:9',
        keyserverUrl: 'http://127.0.0.1:9',
        launchpadUrl: 'http://127.0.0.1:9',
      },
      lists: { neverRun: undefined, longTests: undefined, bigPackages: undefined },
      limitMs: 60_000,
      ...fields,
    }
    const ending = new AbortController()
    const done = runWorker({ broker, store, log, metrics: openMetrics() }, settings, ending.signal, PACE)
    done.catch(() => {})
    const worker = {
      done,
      ask: () => ending.abort(),
      async stop() {
        ending.abort()
        writeFileSync(join(folder, 'go'), '')
        await done.catch(() => {})
      },
    }
    running.push(worker)
    return worker
  }

  async function ask(name: string, params: object = {}, queue = QUEUE): Promise<void> {
    await broker.declareQueues([queue])
    await broker.publish(queue, `${name}\n${JSON.stringify(params)}`)
  }

  const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 15_000, interval: 20 })

  function readTar(directory: unknown, container = 'autopkgtest-bookworm'): Record<string, string> {
    const file = join(folder, 'store', container, String(directory), 'result.tar')
    const names = execFileSync('tar', ['-tf', file], { encoding: 'utf8' }).trim().split('\n')
    return Object.fromEntries(
      names.map(name => [name, execFileSync('tar', ['-xOf', file, name], { encoding: 'utf8' })]),
    )
  }

  it('runs a request, says how it is doing, uploads the result and says that it is complete', async () => {
    work()
    await ask('gzip', { triggers: ['gzip/1', 'a/2'], requester: 'joe', testname: 'wait' })
    await until(() => expect(statuses.at(-1)?.logtail).toContain('starting'))
    expect(statuses.at(-1)).toMatchObject({
      package: 'gzip',
      running: true,
      release: 'bookworm',
      architecture: 'amd64',
    })
    expect(statuses.at(-1)?.params).toEqual({
      triggers: ['gzip/1', 'a/2'],
      requester: 'joe',
      testname: 'wait',
    })
    writeFileSync(join(folder, 'go'), '')
    await until(() => expect(completions).toHaveLength(1))
    expect(statuses.filter(one => !one.running)).toHaveLength(1)
    const { swift_dir, duration, ...rest } = completions[0] as Message
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
    expect(Object.keys(readTar(swift_dir))).toEqual([
      'exitcode',
      'testpkg-version',
      'duration',
      'testinfo.json',
      'requester',
      'summary',
    ])
    await until(() => expect(inSpool()).toEqual([]))
  })

  it('takes the huge queue last, and the others in turn', async () => {
    for (const n of [1, 2]) {
      await ask('huge', { testname: `h${n}` }, 'debci-huge-bookworm-amd64')
      await ask('distro', { testname: `d${n}` })
      await ask('ppa', { testname: `p${n}` }, 'debci-ppa-bookworm-amd64')
      await ask('upstream', { testname: `u${n}` }, 'debci-upstream-bookworm-amd64')
    }
    work()
    await until(() => expect(completions).toHaveLength(8))
    expect(calls().map(call => /--testname=(\w+)/.exec(call)?.[1])).toEqual([
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
    for (const name of ['one', 'two', 'three']) await ask(name, { testname: 'wait' })
    work({ slots: 2 })
    await until(() => expect(calls()).toHaveLength(2))
    expect(inSpool()).toHaveLength(2)
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(1)
    writeFileSync(join(folder, 'go'), '')
    await until(() => expect(completions).toHaveLength(3))
  })

  it('finishes what runs when it is asked to end, and takes no more', async () => {
    await ask('gzip', { testname: 'wait' })
    await ask('later')
    const worker = work()
    await until(() => expect(calls()).toHaveLength(1))
    worker.ask()
    writeFileSync(join(folder, 'go'), '')
    await worker.done
    await until(() => expect(completions.map(one => one.package)).toEqual(['gzip']))
    expect((await broker.depths([QUEUE])).get(QUEUE)).toBe(1)
  })

  it('never runs what is on the list', async () => {
    writeFileSync(join(folder, 'never'), 'linux/amd64 # no\n')
    work({ lists: { neverRun: join(folder, 'never'), longTests: undefined, bigPackages: undefined } })
    await ask('linux', { triggers: ['linux/6'] })
    await until(() => expect(completions).toHaveLength(1))
    expect(completions[0]).toMatchObject({
      exitcode: 99,
      testpkg_version: 'blacklisted',
      duration: '0\n',
      requester: null,
    })
    expect(statuses).toEqual([])
    expect(calls()).toEqual([])
    expect(readTar(completions[0]?.swift_dir)).toEqual({
      exitcode: '99\n',
      'testpkg-version': 'linux blacklisted',
      duration: '0\n',
      'testinfo.json': '{\n "custom_environment": [\n  "ADT_TEST_TRIGGERS=linux/6"\n ]\n}',
    })
  })

  it('hides a private test, and puts its result where its readers alone can have it', async () => {
    work()
    await ask('secret', {
      'readable-by': ['joe', 'ann'],
      swiftuser: 'joe',
      requester: 'joe',
      triggers: ['secret/1'],
    })
    await until(() => expect(completions).toHaveLength(1))
    expect(JSON.stringify(statuses)).not.toContain('secret')
    expect(statuses[0]).toMatchObject({
      package: 'private-test',
      params: {},
      logtail: 'Running private test',
    })
    const { container, swift_dir } = completions[0] as { container: string; swift_dir: string }
    expect(container).toBe('private-autopkgtest-bookworm')
    expect(await store.access(container)).toBe('private')
    expect(readFileSync(join(folder, 'store', container, swift_dir, 'readable-by'), 'utf8')).toBe('joe\nann')
    const artifacts = execFileSync(
      'tar',
      ['-tzf', join(folder, 'store', container, swift_dir, 'artifacts.tar.gz')],
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
      work()
      await ask('gzip', { testname })
      await until(() => expect(completions).toHaveLength(1))
      expect(calls()).toHaveLength(4)
      const [completion] = completions
      expect(completion).toMatchObject({ exitcode: 16, testpkg_version: 'unknown', duration: '0\n' })
      expect(readTar(completion?.swift_dir)).toMatchObject({
        exitcode: '16\n',
        summary: `testbed failure: given up after 4 attempts: ${reason}\n`,
      })
      await until(() => expect(inSpool()).toEqual([]))
    },
  )

  it('waits after a testbed has failed', async () => {
    await ask('gzip', { testname: 'testbed' })
    await ask('next')
    const worker = work()
    await until(() => expect(completions).toHaveLength(2))
    expect(completions.map(one => one.exitcode)).toEqual([16, 0])
    worker.ask()
  })

  it('ends a run that takes too long', async () => {
    work({ limitMs: 300 })
    await ask('gzip', { testname: 'hang' })
    await until(() => expect(completions).toHaveLength(1))
    expect(completions[0]).toMatchObject({ exitcode: -15 })
  })

  it('sends what makes no sense to the dead letters, with the reason', async () => {
    work()
    await ask('gzip', { triggers: ['--shell'] })
    await broker.publish(QUEUE, Buffer.from([0xff, 0xfe]))
    await until(async () => expect((await broker.depths([DEAD_LETTER_QUEUE])).get(DEAD_LETTER_QUEUE)).toBe(2))
    const first = await broker.take(DEAD_LETTER_QUEUE)
    expect(first?.headers).toMatchObject({ 'x-reason': 'triggers: not understood', 'x-queue': QUEUE })
    expect(Buffer.from(first?.body ?? []).toString()).toBe('gzip\n{"triggers":["--shell"]}')
    await until(() => expect(inSpool()).toEqual([]))
  })

  it('puts back what another worker left, byte for byte and with the number of the attempt', async () => {
    const body = Buffer.from('gzip\n{"triggers":   ["a/1"], "x": "\u00e9"}')
    const left = openSpool(spool())
    left.keep('debci-bookworm-arm64', { body, redelivered: false, headers: { 'x-attempt': 1 } })
    mkdirSync(join(spool(), 'autopkgtest-work.halfmade'))
    left.close()
    await broker.declareQueues(['debci-bookworm-arm64'])
    work()
    await until(() => expect(inSpool()).toEqual([]))
    const delivery = await broker.take('debci-bookworm-arm64')
    expect(delivery?.headers).toEqual({ 'x-attempt': 2 })
    expect(Buffer.from(delivery?.body ?? []).equals(body)).toBe(true)
  })

  it('keeps a result until the store has it, over its own end too', async () => {
    const away = { ...store, put: () => Promise.reject(new Error('the store is away')) }
    const good = store
    store = away
    const worker = work()
    await ask('gzip')
    await until(() => expect(calls()).toHaveLength(1))
    await until(() => expect(readdirSync(join(spool(), inSpool()[0] ?? ''))).toContain('result.json'))
    worker.ask()
    await worker.done
    expect(completions).toEqual([])
    store = good
    work()
    await until(() => expect(completions).toHaveLength(1))
    expect(calls()).toHaveLength(1)
    await until(() => expect(inSpool()).toEqual([]))
    const log = join(folder, 'store/autopkgtest-bookworm', String(completions[0]?.swift_dir), 'log.gz')
    expect(gunzipSync(readFileSync(log)).toString()).toBe('autopkgtest [10:00:00]: starting\n')
  })

  it('shares its spool with no other worker', async () => {
    const left = openSpool(spool())
    await expect(work().done).rejects.toThrow('another worker has')
    left.close()
  })
})
