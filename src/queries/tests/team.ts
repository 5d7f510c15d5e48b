import type { Derived } from '../../backends/derived/derived.ts'
import type { ListedSteadiness } from '../../backends/derived/steadiness.ts'
import type { TriggerFailure } from '../../backends/derived/triggers.ts'
import type { Documents } from '../../backends/documents/documents.ts'
import type { Results } from '../../backends/results/results.ts'
import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import type { Notes } from '../../backends/state/notes.ts'
import type { Note } from '../../domain/note/note.ts'
import { queuedRequests, type WaitingRequest } from '../queues/queued.ts'
import { type RunningTest, runningTests } from '../queues/running.ts'
import { type IndexState, triggerIndexState } from '../triggers/trigger-index.ts'

export interface TeamBackends {
  readonly results: Pick<Results, 'id' | 'since'>
  readonly derived: Pick<Derived, 'triggers' | 'steadiness'>
  readonly documents: Pick<Documents, 'teams'>
  readonly snapshots: Pick<Snapshots, 'running' | 'queued'>
  readonly state: { readonly notes: Pick<Notes, 'list'> }
}

/** The problems that concern a team. */
export interface TeamTrouble {
  readonly team: string
  readonly packages: readonly string[]
  readonly index: IndexState
  /** Regressions at tests of its packages, for any upload, newest first. */
  readonly regressions: readonly TriggerFailure[]
  /** Regressions at other packages' tests for uploads of its packages. */
  readonly broken: readonly TriggerFailure[]
  readonly running: readonly RunningTest[]
  readonly queued: readonly WaitingRequest[]
  readonly flaky: readonly ListedSteadiness[]
  /** Open notes about its packages, their tests and how these fail, newest first. */
  readonly notes: readonly Note[]
}

/** The number of rows in each list. */
export const MOST_OF_TEAM = 100
/**
 * The number of failures of its uploads that are read, out of which those at other packages' tests are
 * selected.
 */
const MOST_READ = 2_000

/**
 * The problems of a team's packages; undefined if the team does not exist.
 * @param from failures before this run id are omitted
 */
export async function teamTrouble(
  backends: TeamBackends,
  team: string,
  from: string,
): Promise<TeamTrouble | undefined> {
  const { derived } = backends
  const packages = (await knownTeams(backends)).teams?.get(team)
  if (packages === undefined) return undefined
  const filter = { outcomes: ['regression'], from } as const
  const [index, regressions, uploads, flaky, notes] = await Promise.all([
    triggerIndexState(backends),
    derived.triggers.failures({ ...filter, packages }, MOST_OF_TEAM + 1),
    derived.triggers.failures({ ...filter, sources: packages }, MOST_READ),
    derived.steadiness.list({ order: 'newest', packages }, { limit: MOST_OF_TEAM + 1, offset: 0 }),
    backends.state.notes.list({ packages, state: 'open' }, { limit: MOST_OF_TEAM + 1 }),
  ])
  const own = new Set(packages)
  const queued = queuedRequests(backends)
  const running = runningTests(backends).byPackage
  return {
    ...{ team, packages, index, regressions, flaky, notes },
    broken: uploads.filter(one => !own.has(one.package)).slice(0, MOST_OF_TEAM + 1),
    running: packages.flatMap(name => running.get(name) ?? []).filter(one => !one.isPrivate),
    queued: packages.flatMap(name => queued.ofPackage(name)),
  }
}

/** Teams with their packages, and any fault of the list. */
export interface KnownTeams {
  /** Undefined if none are configured, or they could not be read yet. */
  readonly teams: ReadonlyMap<string, readonly string[]> | undefined
  readonly areConfigured: boolean
  readonly problem: string | undefined
  readonly readAt: Date | undefined
}

export async function knownTeams({ documents }: Pick<TeamBackends, 'documents'>): Promise<KnownTeams> {
  if (documents.teams === undefined)
    return { teams: undefined, areConfigured: false, problem: undefined, readAt: undefined }
  const { value, problem, readAt } = await documents.teams.current()
  return { teams: value, areConfigured: true, problem, readAt }
}

export interface ListedTeam {
  readonly team: string
  readonly packages: number
  /** Regressions at tests of its packages, and for its uploads. */
  readonly regressions: number
  readonly broken: number
}

/** All teams with the number of their regressions, counted from the newest ones. */
export async function teamList(
  backends: Omit<TeamBackends, 'state'>,
  from: string,
): Promise<
  KnownTeams & { readonly list: readonly ListedTeam[]; readonly isCut: boolean; readonly index: IndexState }
> {
  const known = await knownTeams(backends)
  const [index, failures] = await Promise.all([
    triggerIndexState(backends),
    backends.derived.triggers.failures({ outcomes: ['regression'], from }, MOST_READ + 1),
  ])
  const list = [...(known.teams ?? [])].map(([team, packages]) => {
    const own = new Set(packages)
    const at = failures.filter(one => own.has(one.package)).length
    const of = failures.filter(one => own.has(one.trigger.source) && !own.has(one.package)).length
    return { team, packages: packages.length, regressions: at, broken: of }
  })
  return { ...known, index, list, isCut: failures.length > MOST_READ }
}
