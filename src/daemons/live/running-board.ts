import { PRIVATE_LOGTAIL, PRIVATE_PACKAGE, type RunningJson } from '../../contracts/files/running-json.ts'
import type { RunningStatus, Teststatus } from '../../contracts/messages/teststatus.ts'
import { isPrivateRequest, maskCredentials } from '../../domain/request/request-redaction.ts'
import { runHash } from '../../domain/run/run-hash.ts'

/** A run that stopped reporting for so long is gone. */
const SILENT_MS = 15 * 60_000
/** More than any farm has; what comes beyond is refused. */
const MOST_RUNS = 20_000

interface BoardEntry {
  readonly package: string
  readonly hash: string
  readonly release: string
  readonly arch: string
  readonly shown: RunningJson[string][string][string][string]
  /** Unless it reports before this time it is gone. */
  readonly until: number
}

/**
 * Running tests as workers last reported them: the last report of each run, and its time. All times are in
 * milliseconds by a monotonic clock.
 */
export interface RunningBoard {
  /** Takes over a file written before; what does not report within `graceMs` is dropped. */
  restore(file: RunningJson, now: number, graceMs: number): void
  report(status: Teststatus, now: number): 'running' | 'ended' | 'refused'
  /** Reports may have been missed: what does not report within `graceMs` is dropped. */
  expectReports(now: number, graceMs: number): void
  /** Drops what is silent, and gives the rest if anything changed since the last time. */
  changes(now: number): RunningJson | undefined
}

type RunningPlace = Pick<BoardEntry, 'package' | 'hash' | 'release' | 'arch'>

/** Where a run stands whose parameters are known, and what is shown of them. */
function placeOf(
  { release, architecture: arch, package: name }: Teststatus,
  given: RunningStatus['params'],
): { place: RunningPlace; params: RunningStatus['params'] } {
  // A worker hides its private runs itself; nothing here relies on that
  if (isPrivateRequest(given) || name === PRIVATE_PACKAGE)
    return { place: { package: PRIVATE_PACKAGE, hash: '', release, arch }, params: {} }
  const params = maskCredentials(given)
  return { place: { package: name, hash: runHash(params), release, arch }, params }
}

function entryOf(status: RunningStatus, now: number): BoardEntry {
  const { place, params } = placeOf(status, status.params)
  const logtail = place.package === PRIVATE_PACKAGE ? PRIVATE_LOGTAIL : status.logtail
  return { ...place, shown: [params, status.duration, logtail], until: now + SILENT_MS }
}

const keyOf = (place: RunningPlace): string =>
  [place.package, place.release, place.arch, place.hash].join('/')

/** An empty board. */
export function runningBoard(): RunningBoard {
  const entries = new Map<string, BoardEntry>()
  let changed = true

  /** Without its parameters a run is known only if it is the one of its test. */
  function end(status: Teststatus): void {
    if (status.params !== undefined) {
      entries.delete(keyOf(placeOf(status, status.params).place))
      return
    }
    const { release, architecture, package: name } = status
    const same = [...entries].filter(
      ([, one]) => one.package === name && one.release === release && one.arch === architecture,
    )
    if (same.length === 1) for (const [key] of same) entries.delete(key)
  }

  return {
    restore(file, now, graceMs) {
      for (const [packageName, hashes] of Object.entries(file)) {
        for (const [hash, releases] of Object.entries(hashes)) {
          for (const [release, arches] of Object.entries(releases)) {
            for (const [arch, shown] of Object.entries(arches)) {
              const entry = { package: packageName, hash, release, arch, shown, until: now + graceMs }
              entries.set(keyOf(entry), entry)
            }
          }
        }
      }
    },

    report(status, now) {
      changed = true
      if (!status.running) {
        end(status)
        return 'ended'
      }
      const entry = entryOf(status, now)
      const key = keyOf(entry)
      if (entries.size >= MOST_RUNS && !entries.has(key)) return 'refused'
      entries.set(key, entry)
      return 'running'
    },

    expectReports(now, graceMs) {
      for (const [key, entry] of entries) {
        entries.set(key, { ...entry, until: Math.min(entry.until, now + graceMs) })
      }
    },

    changes(now) {
      for (const [key, entry] of entries) {
        if (entry.until > now) continue
        entries.delete(key)
        changed = true
      }
      if (!changed) return undefined
      changed = false
      return nest([...entries.values()])
    },
  }
}

/** Package → run hash → release → arch, the packages in order, what is the same listed as it came. */
function nest(entries: readonly BoardEntry[]): RunningJson {
  const packages = new Map<string, Map<string, Map<string, Map<string, BoardEntry['shown']>>>>()
  const within = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    const found = map.get(key) ?? make()
    map.set(key, found)
    return found
  }
  for (const entry of entries.toSorted((a, b) =>
    a.package < b.package ? -1 : a.package > b.package ? 1 : 0,
  )) {
    const hashes = within(packages, entry.package, () => new Map())
    const releases = within(hashes, entry.hash, () => new Map())
    within(releases, entry.release, () => new Map()).set(entry.arch, entry.shown)
  }
  return plain(packages) as RunningJson
}

function plain(value: unknown): unknown {
  if (!(value instanceof Map)) return value
  return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]))
}
