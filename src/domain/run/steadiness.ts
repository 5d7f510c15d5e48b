import { MIGRATION_REFERENCE } from '../trigger/trigger.ts'
import { askedWith, hasSucceeded, isRetryOf } from './attempts.ts'
import type { Run } from './run.ts'
import { runIdTime } from './run-id.ts'
import { type Transition, transitionsIn } from './transitions.ts'

/** The version of these rules: data that was stored by other versions is made again. */
export const STEADINESS_RULES = 2

const HOUR_MS = 60 * 60_000
/** Two runs further apart than this prove nothing: the archive has changed. */
const FLAKE_WITHIN_MS = 48 * HOUR_MS
/** The length of the period that is counted, before the newest run of a test. */
export const LOOKED_BACK_MS = 365 * 24 * HOUR_MS

/** What the runs of one test in a year say about the test itself. */
export interface Steadiness {
  /** Runs in that year. */
  readonly runs: number
  /**
   * Proven flakes: pairs of runs with the same version, triggers and environment within 48 hours, with only
   * inconclusive runs between them, of which one passed and one failed. For `migration-reference/0` alone,
   * under which the archive changes, two such changes in a row within 48 hours count as one.
   */
  readonly flakes: number
  /** The runs of the newest proven flake, the later one last; undefined if there is none. */
  readonly lastFlake: { readonly from: string; readonly to: string } | undefined
  /** Retries: runs with the same parameters after a failure. */
  readonly retries: number
  /** The retries that passed. */
  readonly rescued: number
  /** The total duration of the retries, in seconds. */
  readonly retrySeconds: number
  /**
   * How often the verdict differed from that of the run before; runs with the reference are compared among
   * themselves.
   */
  readonly transitions: number
}

export const NO_STEADINESS: Steadiness = {
  ...{ runs: 0, flakes: 0, lastFlake: undefined },
  ...{ retries: 0, rescued: 0, retrySeconds: 0, transitions: 0 },
}

/** A run whose id contains the time of its end. */
interface Timed {
  readonly run: Run
  readonly time: number
}

/** The steadiness of one test, from its runs in any order. */
export function steadinessOf(all: Iterable<Run>): Steadiness {
  return countedTest(all).steadiness
}

/** The same, with the transitions themselves, oldest first. */
export function countedTest(all: Iterable<Run>): { steadiness: Steadiness; transitions: Transition[] } {
  const timed: Timed[] = []
  for (const run of all) {
    const time = runIdTime(run.runId)
    if (time !== undefined) timed.push({ run, time })
  }
  timed.sort((one, other) => (one.run.runId < other.run.runId ? -1 : 1))
  const newest = timed.at(-1)?.time ?? 0
  const runs = timed.filter(({ time }) => time >= newest - LOOKED_BACK_MS)
  const groups = new Map<string, Timed[]>()
  for (const one of runs) {
    const asked = askedWith(one.run)
    const group = groups.get(asked)
    if (group === undefined) groups.set(asked, [one])
    else group.push(one)
  }
  const flakes = [...groups.values()].flatMap(provenFlakes)
  const last = flakes.reduce<Flake | undefined>((a, b) => (a === undefined || b.to > a.to ? b : a), undefined)
  const transitions = transitionsIn(runs.map(({ run }) => run))
  const steadiness = {
    runs: runs.length,
    flakes: flakes.length,
    lastFlake: last,
    ...retriesIn([...groups.values()]),
    transitions: transitions.length,
  }
  return { steadiness, transitions }
}

interface Flake {
  readonly from: string
  readonly to: string
}

/** The proven flakes among runs with the same parameters, oldest first. */
function provenFlakes(group: readonly Timed[]): Flake[] {
  const telling = group.filter(({ run }) => hasSucceeded(run) !== undefined)
  const changes = telling.slice(1).flatMap((later, place) => {
    const earlier = telling[place] as Timed
    return hasSucceeded(earlier.run) === hasSucceeded(later.run) ? [] : [{ earlier, later }]
  })
  const isReference = group[0] !== undefined && group[0].run.triggers?.trim() === MIGRATION_REFERENCE
  const pairs = isReference
    ? changes.slice(1).map((change, place) => ({ ...change, earlier: changes[place]?.earlier as Timed }))
    : changes
  return pairs
    .filter(({ earlier, later }) => later.time - earlier.time <= FLAKE_WITHIN_MS)
    .map(({ earlier, later }) => ({ from: earlier.run.runId, to: later.run.runId }))
}

function retriesIn(groups: readonly (readonly Timed[])[]) {
  let [retries, rescued, retrySeconds] = [0, 0, 0]
  for (const group of groups) {
    for (const [place, { run }] of group.entries()) {
      const previous = group[place - 1]
      if (previous === undefined || !isRetryOf(previous.run, run)) continue
      retries += 1
      if (hasSucceeded(run)) rescued += 1
      retrySeconds += Math.max(0, Math.trunc(run.duration ?? 0))
    }
  }
  return { retries, rescued, retrySeconds }
}
