import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { TESTCOMPLETE, TESTSTATUS } from '../../src/backends/broker/broker.ts'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { type Log, silentLog } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'
import { runWorker, type WorkerDeps, type WorkerPace, type WorkerSettings } from '../../src/worker/worker.ts'

/** Where test requests go unless they say otherwise. */
export const QUEUE = 'debci-bookworm-amd64'
const TIMEOUTS = { short: 1, install: 1, test: 1, copy: 1, build: 1 }
const PACE: WorkerPace = {
  statusMs: 100,
  pollMs: 20,
  backOffMs: 20,
  longestBackOffMs: 50,
  retryMs: 20,
  cleanUpMs: 2000,
}

/**
 * The real autopkgtest cannot be made to fail at will: this program replaces it, and does what the testname says. It
 * keeps a list of its calls.
 */
const STAND_IN = `#!/bin/sh
echo "$*" >> "$(dirname "$0")/calls"
case "$*" in *--test-name=usage*) echo 'no such option' >&2; exit 2 ;; esac
mkdir "$2" && echo "autopkgtest [10:00:00]: starting" > "$2/log"
case "$*" in
  *--test-name=crash*) exit 1 ;;
  *--test-name=testbed*) exit 16 ;;
  *--test-name=hang*) sleep 1000 ;;
  *--test-name=wait*) while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done ;;
esac
echo "$3 1.0-1" > "$2/testpkg-version"
echo '{"custom_environment": []}' > "$2/testinfo.json"
echo 'one                  PASS' > "$2/summary"
`

interface Message {
  readonly [name: string]: unknown
}

/** How a worker of a test differs from the others. */
export interface Differing {
  readonly deps?: Partial<WorkerDeps>
  readonly pace?: Partial<WorkerPace>
}

/**
 * A broker, a store, and workers of both with a stand-in for autopkgtest; all of it is removed when the test ends.
 */
export async function aWorkplace() {
  const folder = mkdtempSync(join(tmpdir(), 'worker-'))
  const file = (name: string) => join(folder, name)
  writeFileSync(file('autopkgtest'), STAND_IN)
  chmodSync(file('autopkgtest'), 0o755)
  const broker = embeddedBroker({ file: file('broker.db'), log: silentLog })
  const store = filesystemStore({ root: file('store') })
  const statuses: Message[] = []
  const completions: Message[] = []
  const collect = (into: Message[]) => async (delivery: { body: Uint8Array }) => {
    into.push(JSON.parse(Buffer.from(delivery.body).toString('utf8')))
    return 'ack' as const
  }
  await broker.subscribe({ from: TESTSTATUS, prefetch: 10 }, collect(statuses))
  await broker.subscribe({ from: TESTCOMPLETE, prefetch: 10 }, collect(completions))
  const running: { stop(): Promise<void> }[] = []
  onTestFinished(async () => {
    for (const worker of running) await worker.stop()
    await broker.close()
    rmSync(folder, { recursive: true })
  })

  const settings: WorkerSettings = {
    releases: ['bookworm'],
    arches: ['amd64'],
    slots: 1,
    spool: file('spool'),
    autopkgtest: file('autopkgtest'),
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
  }

  return {
    ...{ file, broker, store, statuses, completions, settings },
    /** The entries that a worker has in progress. */
    inSpool: () =>
      existsSync(settings.spool) ? readdirSync(settings.spool).filter(name => name !== 'worker.lock') : [],
    /** The arguments of each call of autopkgtest so far. */
    calls: () => (existsSync(file('calls')) ? readFileSync(file('calls'), 'utf8').trimEnd().split('\n') : []),
    async ask(name: string, params: object = {}, queue = QUEUE): Promise<void> {
      await broker.declareQueues([queue])
      await broker.publish(queue, `${name}\n${JSON.stringify(params)}`)
    },
    /** Lets waiting tests go on. */
    go: () => writeFileSync(file('go'), ''),
    work(fields: Partial<WorkerSettings> = {}, { deps, pace }: Differing = {}) {
      const ending = new AbortController()
      const all: WorkerDeps = { broker, store, log: silentLog, metrics: openMetrics(), ...deps }
      const done = runWorker(all, { ...settings, ...fields }, ending.signal, { ...PACE, ...pace })
      done.catch(() => {})
      const ask = () => ending.abort()
      running.push({
        async stop() {
          ask()
          writeFileSync(file('go'), '')
          await done.catch(() => {})
        },
      })
      return { done, ask }
    },
    /** The members of the `result.tar` of a run. */
    readTar(directory: unknown, container = 'autopkgtest-bookworm'): Record<string, string> {
      const tar = join(folder, 'store', container, String(directory), 'result.tar')
      const names = execFileSync('tar', ['-tf', tar], { encoding: 'utf8' }).trim().split('\n')
      return Object.fromEntries(
        names.map(name => [name, execFileSync('tar', ['-xOf', tar, name], { encoding: 'utf8' })]),
      )
    },
  }
}

/** A log that keeps its entries. */
export function keptLog(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = []
  const keep = (fields: object, msg: string) => void lines.push({ ...fields, msg })
  const log: Log = { ...silentLog, info: keep, warn: keep, error: keep, child: () => log } as Log
  return { log, lines }
}
