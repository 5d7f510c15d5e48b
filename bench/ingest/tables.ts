import { type Cell, table } from '../lib/table.ts'
import type { Backfill } from './backfill.ts'
import type { Completions } from './completions.ts'
import type { Publishing } from './publish.ts'
import type { QueueReading } from './queues.ts'
import type { Statuses } from './statuses.ts'
import type { Wakeups } from './wakeups.ts'

/** A table under its title; nothing if it has no rows. */
function section<T>(
  title: string,
  rows: readonly T[],
  columns: Readonly<Record<string, (row: T) => Cell>>,
): string {
  if (rows.length === 0) return ''
  const cells = rows.map(row => Object.values(columns).map(column => column(row)))
  return `### ${title}\n\n${table(Object.keys(columns), cells)}`
}

const SHARE = 0.8
/** The goal is a rate, or most of the rate of the bare library. */
const missed = (rate: number, aim: number, bare: number) =>
  rate < Math.min(aim, SHARE * bare) ? `< ${Math.round(Math.min(aim, SHARE * bare))}/s` : ''

const ROWS_AIM = { sqlite: 10_000, postgres: 5000 }
const STATUS_AIM = 20_000

export const completionsTable = (rows: readonly Completions[]): string =>
  section('Completions through RabbitMQ', rows, {
    into: row => row.into,
    'rows/s': row => row.daemon.perSecond,
    'commits/s': row => row.commitsPerSecond,
    'CPU ms per row': row => row.daemon.cpu,
    'bare consumer/s': row => row.bare.perSecond,
    'its CPU ms': row => row.bare.cpu,
    missed: row => missed(row.daemon.perSecond, ROWS_AIM[row.into], row.bare.perSecond),
  })

export const statusesTable = (rows: readonly Statuses[]): string =>
  section('Reports of running tests', rows, {
    running: row => row.running,
    'messages/s': row => row.daemon.perSecond,
    'CPU ms per message': row => row.daemon.cpu,
    'bare consumer/s': row => row.bare.perSecond,
    'its CPU ms': row => row.bare.cpu,
    missed: row => missed(row.daemon.perSecond, STATUS_AIM, row.bare.perSecond),
  })

/** Milliseconds that a worker may wait. */
const WAIT_AIM = 200

export const queuesTable = (rows: readonly QueueReading[]): string =>
  section('Reading a queue that workers take from', rows, {
    trace: row => (row.trace ? 'on' : 'off'),
    queued: row => row.queued,
    'first content, s': row => row.firstSeconds,
    'known then': row => row.known,
    'known at the end': row => row.knownAtEnd,
    'watched, s': row => row.watchedSeconds,
    'CPU s': row => row.cpu,
    'whole readings': row => row.readings,
    'longest, s': row => row.longestReadingMs / 1000,
    'worker waits, ms': row => row.waitP50,
    'at most': row => row.waitMost,
    'in a whole reading': row => row.waitMostInReading,
    'without the daemon': row => row.waitMostAlone,
    missed: row => (row.waitMost > WAIT_AIM ? `> ${WAIT_AIM} ms` : ''),
  })

export const backfillTable = (rows: readonly Backfill[]): string =>
  section('download-all-results', rows, {
    store: row => row.store,
    runs: row => row.runs,
    'objects/s': row => row.objectsPerSecond,
    'plain GET/s': row => row.plainPerSecond,
    share: row => row.objectsPerSecond / row.plainPerSecond,
    missed: row => (row.objectsPerSecond < SHARE * row.plainPerSecond ? `< ${SHARE}` : ''),
  })

const PEAK_AIM_MB = 150
const SLOWEST_AIM_MS = 100

function missedPublishing(row: Publishing): string {
  return [
    ...(row.seconds > 2 * row.copySeconds ? ['> 2 times cp'] : []),
    ...(row.peakMb > PEAK_AIM_MB ? [`> ${PEAK_AIM_MB} MB`] : []),
    ...(row.slowestMs > SLOWEST_AIM_MS ? [`page > ${SLOWEST_AIM_MS} ms`] : []),
  ].join(', ')
}

const WAKEUP_AIM_MS = 200

export const wakeupsTable = (rows: readonly Wakeups[]): string =>
  section('Embedded broker, from one process to another', rows, {
    messages: row => row.messages,
    'p50 ms': row => row.p50,
    'p99 ms': row => row.p99,
    'most ms': row => row.most,
    missed: row => (row.p99 > WAKEUP_AIM_MS ? `p99 > ${WAKEUP_AIM_MS} ms` : ''),
  })

export const publishingTable = (rows: readonly Publishing[]): string =>
  section('publish-db', rows, {
    results: row => row.results,
    MB: row => row.mb,
    seconds: row => row.seconds,
    'CPU s': row => row.cpu,
    'cp + sha256sum, s': row => row.copySeconds,
    'unchanged, s': row => row.againSeconds,
    'peak MB': row => row.peakMb,
    'slowest page, ms': row => row.slowestMs,
    'without, ms': row => row.slowestWithoutMs,
    'with cp, ms': row => row.slowestWithCopyMs,
    missed: missedPublishing,
  })
