import type { Run } from '../domain/run/run.ts'
import { ARCHES, archesOf, type Cast, HEROES, type MadePackage, NEWEST, RELEASES, WORKERS } from './cast.ts'
import { type Random, seededRandom, seedOf } from './random.ts'
import { type MadeRequest, type MadeUpOutcome, storyOutcome } from './stories.ts'
import { DAY_MS, DAYS, HOUR_MS, type Uploads } from './uploads.ts'

/** A run of the made-up world. Times are milliseconds from the creation of the world. */
export interface MadeRun {
  /** Includes its starting time. */
  readonly request: MadeRequest
  readonly outcome: MadeUpOutcome
  /** When it was requested. */
  readonly asked: number
  readonly ended: number
  readonly run: Run
}

/** A request that nobody has taken yet. */
interface Asked extends MadeRequest {
  readonly made: MadePackage
}

const REFERENCE = ['migration-reference/0']
/** Other people's uploads trigger the tests of heroes all the time. */
const HERO_RUNS = 34

const runIdAt = (ended: Date, digits: string): string =>
  `${ended.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')}_${digits}@`

const five = (text: string): string => seedOf(text).toString(16).padStart(8, '0').slice(0, 5)

/** All requests of ninety days, each with its time. */
function* makeRequests(cast: Cast, uploads: Uploads, random: Random): Generator<Asked> {
  for (const release of RELEASES) {
    for (const made of cast.packages) {
      const at = -(DAYS - 1 - random.next() * 3) * DAY_MS
      for (const arch of archesOf(made, release))
        yield { made, package: made.name, release, arch, triggers: REFERENCE, at: at + random.below(HOUR_MS) }
    }
  }
  for (const { source, version, release, at } of uploads.all) {
    for (const name of cast.triggeredBy.get(source) ?? []) {
      const made = cast.byName.get(name) as MadePackage
      for (const arch of archesOf(made, release))
        yield {
          made,
          package: name,
          release,
          arch,
          triggers: [`${source}/${version}`],
          at: at + random.below(600_000),
        }
    }
  }
  yield* heroRequests(cast, uploads, random)
}

/** The stories need runs that tell them: on a few architectures, one every other day. */
function* heroRequests(cast: Cast, uploads: Uploads, random: Random): Generator<Asked> {
  const places: readonly (readonly [name: string, arches: readonly string[]])[] = [
    [HEROES.flaky, ['amd64', 'arm64']],
    [HEROES.armhf, ['amd64', 'armhf']],
    [HEROES.slow, ['amd64']],
    [HEROES.mended, ['amd64', 'arm64']],
    [HEROES.subtests, ['amd64', 'riscv64']],
    [HEROES.neverPassed, ['amd64']],
    [HEROES.superficial, ['amd64']],
    [HEROES.stuck, ['s390x']],
  ]
  for (const [name, arches] of places) {
    const made = cast.byName.get(name) as MadePackage
    for (let n = 0; n < HERO_RUNS; n++) {
      const at = -((HERO_RUNS - n - 0.6 * random.next()) / HERO_RUNS) * (DAYS - 6) * DAY_MS
      const trigger = uploads.all.findLast(upload => upload.release === NEWEST && upload.at < at)
      const source = n % 3 === 0 || trigger === undefined ? name : trigger.source
      const version = uploads.versionAt(source, NEWEST, at)
      for (const arch of arches)
        yield { made, package: name, release: NEWEST, arch, triggers: [`${source}/${version}`], at }
    }
  }
}

/** A machine for each test that an architecture runs at once: when each becomes free. */
type Machines = ReadonlyMap<string, number[]>

/** Assigns a request to the machine that becomes free first, and returns when that is. */
function beginAt(
  machines: Machines,
  arch: string,
  asked: number,
): { at: number; release: (ended: number) => void } {
  const free = machines.get(arch) as number[]
  const first = free.indexOf(Math.min(...free))
  const at = Math.max(asked + 20_000, free[first] as number)
  return {
    at,
    release: ended => {
      free[first] = ended + 15_000
    },
  }
}

/**
 * Everything that has run in the made-up world until its creation, ordered by the end of the runs.
 * @param epoch that moment, in milliseconds since 1970
 */
export function makeHistory(cast: Cast, uploads: Uploads, epoch: number, seed = 17): MadeRun[] {
  const random = seededRandom(seed)
  const waiting = [...makeRequests(cast, uploads, random)].sort((a, b) => a.at - b.at)
  const machines = new Map(
    ARCHES.map(arch => [arch, Array(WORKERS[arch] ?? 1).fill(-DAYS * DAY_MS) as number[]]),
  )
  const runs: MadeRun[] = []
  const ids = new Set<string>()
  for (let asked = waiting.shift(); asked !== undefined; asked = waiting.shift()) {
    const { made, ...rest } = asked
    const { at, release } = beginAt(machines, rest.arch, rest.at)
    const request = { ...rest, at }
    const version = uploads.versionAt(rest.package, rest.release, rest.at)
    const outcome = storyOutcome(made, request, version, cast.broken)
    const ended = at + outcome.seconds * 1000
    release(ended)
    if (ended > -60_000) continue
    const runId = runIdAt(new Date(epoch + ended), five(`${made.name} ${rest.release} ${rest.arch} ${at}`))
    const key = `${rest.release}/${rest.arch}/${made.name}/${runId}`
    if (ids.has(key)) continue
    ids.add(key)
    runs.push({ request, outcome, asked: rest.at, ended, run: rowOf(request, outcome, runId) })
    const again = retryOf(asked, outcome, ended, cast, random)
    if (again !== undefined) insert(waiting, again)
  }
  return runs.sort((a, b) => a.ended - b.ended)
}

/** The row of a made-up run, the same as from its files. */
function rowOf(request: MadeRequest, outcome: MadeUpOutcome, runId: string): Run {
  return {
    release: request.release,
    arch: request.arch,
    package: request.package,
    runId,
    version: outcome.version,
    triggers: request.triggers.join(' '),
    duration: outcome.seconds,
    exitcode: outcome.exitcode,
    requester: request.requester ?? '',
    env: '',
  }
}

/** Somebody requests some failed tests again, hours later. */
function retryOf(
  asked: Asked,
  { exitcode }: MadeUpOutcome,
  ended: number,
  cast: Cast,
  random: Random,
): Asked | undefined {
  const chance = exitcode === 16 ? 0.9 : [4, 6].includes(exitcode) ? (asked.requester ? 0.25 : 0.6) : 0
  if (!random.chance(chance)) return undefined
  const requester = cast.people[Math.floor(cast.people.length * random.next() ** 2)] as string
  return { ...asked, at: ended + (0.5 + random.exponential(4)) * HOUR_MS, requester }
}

function insert(waiting: Asked[], one: Asked): void {
  let [low, high] = [0, waiting.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((waiting[middle] as Asked).at <= one.at) low = middle + 1
    else high = middle
  }
  waiting.splice(low, 0, one)
}
