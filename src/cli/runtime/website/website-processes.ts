import { fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from '../../../config/config.ts'
import { doublingMs } from '../../../domain/time/backoff.ts'
import type { Log, LogFormat, LogLevel } from '../../../log.ts'
import { addUp, type Exposition, lastingCounts, type Measured, type Metrics } from '../../../metrics.ts'
import { type Commons, openCommons } from '../../../web/commons.ts'
import { checkListen } from '../../../web/http/listen.ts'
import type { Listening } from '../../../web/server.ts'
import { Reported } from '../command.ts'
import { answerProcess } from './answer-processes.ts'
import { followChild, type WebsiteProcess } from './child.ts'
import { webSettings } from './website.ts'

/** Between the end of a process and the start of the next in its place: doubling while they die at once. */
const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 60_000
/** One that ended sooner has died at once. */
const AT_ONCE_MS = 10_000
/** The number of failed starts in a row, without a listening process, that is taken for a permanent fault. */
const MOST_AT_ONCE = 5
/** What answers still run then are cut off: a process gives them ten seconds itself. */
const DRAIN_MS = 15_000

const PROGRAM = fileURLToPath(new URL(`./website.process${extname(import.meta.url)}`, import.meta.url))

export interface WebsiteProcesses extends Listening {
  /** Rejects, having said why, when the processes die again and again as soon as they are started. */
  readonly failed: Promise<never>
}

interface Parts {
  readonly log: Log
  readonly level: LogLevel
  readonly format: LogFormat
  /** Of this process, which is one of those that are measured. */
  readonly metrics: Metrics
  /** What of this process is measured elsewhere is added to the answer. */
  finish(all: Exposition): Promise<Exposition>
}

/**
 * Starts the website in several processes on one port, and restarts one that ends; resolves when all are listening.
 * The system gives each connection to one of them (SO_REUSEPORT); this process serves no requests: it counts what
 * each address uses of all processes, and adds up their metrics.
 */
export async function openWebsiteProcesses(
  config: Config,
  count: number,
  { log, level, format, metrics, finish }: Parts,
): Promise<WebsiteProcesses> {
  // One that is started when all have died is to be found where they were, also if any free port would do
  const listen = { ...config.web.listen, port: await checkListen(config.web.listen) }
  const beginning = { config: { ...config, web: { ...config.web, listen } }, level, format, processes: count }
  const places = new Map<number, WebsiteProcess>()
  const failures = new Map<number, number>()
  const retries = new Set<NodeJS.Timeout>()
  let departed: Measured = []
  let restarts = 0
  let isStopping = false
  let whenEmpty = (): void => {}

  const commons: Commons = {
    ...openCommons(webSettings(config)),
    state() {
      const listening = [...places.values()].filter(child => child.isListening())
      const pids = listening.map(child => child.pid as number)
      return { ok: pids.length === count, wanted: count, pids, restarts }
    },
  }
  const measureAll = async (): Promise<Exposition> => {
    const children = await Promise.all([...places.values()].map(one => one.measured()))
    return finish(await addUp([await metrics.measured(), departed, ...children]).render())
  }

  const { promise: failed, reject: fail } = Promise.withResolvers<never>()
  failed.catch(() => {}) // whoever waits is told
  const { promise: first, resolve: listens } = Promise.withResolvers<{ address: string; port: number }>()

  function begin(place: number): void {
    const answers = answerProcess(commons, measureAll)
    const child = followChild(fork(PROGRAM, [], { serialization: 'advanced' }), beginning, answers, {
      listening(at) {
        log.debug({ place, pid: child.pid }, 'a website process is listening')
        if ([...places.values()].filter(one => one.isListening()).length === count) listens(at)
      },
      ended(one, how) {
        end(place, one, how).catch(fail)
      },
    })
    places.set(place, child)
  }

  async function end(
    place: number,
    child: WebsiteProcess,
    how: { readonly code: number | null; readonly signal: string | null },
  ): Promise<void> {
    places.delete(place)
    if (isStopping) return void (places.size === 0 && whenEmpty())
    departed = await addUp([departed, lastingCounts(child.lastMeasured())])
      .measured()
      .catch(() => departed)
    if (isStopping) return
    const isAtOnce = performance.now() - child.startedAt < AT_ONCE_MS
    const inARow = isAtOnce ? (failures.get(place) ?? 0) + 1 : 1
    failures.set(place, inARow)
    if (inARow >= MOST_AT_ONCE && ![...places.values()].some(one => one.isListening())) {
      log.error({ place, ...how, inARow }, 'the website processes end as soon as they are started: giving up')
      return fail(new Reported())
    }
    restarts++
    metrics.restart()
    const wait = doublingMs(inARow, FIRST_RETRY_MS, LONGEST_RETRY_MS)
    log.error(
      { place, pid: child.pid, ...how, retryInSeconds: wait / 1000 },
      'a website process ended unexpectedly and is restarted',
    )
    const retry = setTimeout(() => {
      retries.delete(retry)
      begin(place)
    }, wait)
    retries.add(retry)
  }

  async function drain(): Promise<void> {
    isStopping = true
    for (const retry of retries) clearTimeout(retry)
    if (places.size === 0) return
    const empty = new Promise<void>(resolve => {
      whenEmpty = resolve
    })
    for (const child of places.values()) child.drain()
    const late = setTimeout(() => {
      for (const child of places.values()) child.kill()
    }, DRAIN_MS)
    await empty
    clearTimeout(late)
  }

  for (let place = 1; place <= count; place++) begin(place)
  try {
    return { ...(await Promise.race([first, failed])), drain, failed }
  } catch (error) {
    await drain()
    throw error
  }
}
