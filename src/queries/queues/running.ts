import type { Snapshots } from '../../backends/snapshots/snapshots.ts'
import { isRunningId, runningId } from '../../contracts/files/running-id.ts'
import { PRIVATE_PACKAGE } from '../../contracts/files/running-json.ts'
import { type RequestParams, readRequestParams } from '../../domain/request/request-params.ts'
import type { TestKey } from '../../domain/test/test.ts'

/** A test that is running now. */
export interface RunningTest extends TestKey {
  /** Distinguishes runs of one test; opaque. */
  readonly hash: string
  /** Its name in addresses ({@link runningId}); undefined for a private one. */
  readonly id: string | undefined
  readonly params: RequestParams
  /** Seconds since it began, as last reported by its worker. */
  readonly duration: number
  readonly logtail: string
  /** Whether nothing of it may be shown except that it is running. */
  readonly isPrivate: boolean
}

export interface RunningTests {
  /** Longest running first. */
  readonly tests: readonly RunningTest[]
  readonly byPackage: ReadonlyMap<string, readonly RunningTest[]>
  /** Whether there is a live source at all, and since when it has had this state. */
  readonly state: 'ok' | 'missing' | 'broken'
  readonly at: Date | undefined
}

const kept = new WeakMap<object, RunningTests>()

/** The tests that are running now, parsed once for each change of the snapshot. */
export function runningTests({ snapshots }: { snapshots: Pick<Snapshots, 'running'> }): RunningTests {
  const held = snapshots.running.current()
  let parsed = kept.get(held)
  if (parsed === undefined) {
    const tests: RunningTest[] = []
    for (const [packageName, byHash] of Object.entries(held.value)) {
      for (const [hash, byRelease] of Object.entries(byHash)) {
        for (const [release, byArch] of Object.entries(byRelease)) {
          for (const [arch, [params, duration, logtail]] of Object.entries(byArch)) {
            const key = { package: packageName, release, arch, hash }
            tests.push({
              ...key,
              id: runningId(key),
              params: readRequestParams(params),
              duration,
              logtail,
              isPrivate: packageName === PRIVATE_PACKAGE,
            })
          }
        }
      }
    }
    tests.sort((a, b) => b.duration - a.duration)
    parsed = { tests, byPackage: groupByPackage(tests), state: held.state, at: held.at }
    kept.set(held, parsed)
  }
  return parsed
}

const idsOf = new WeakMap<RunningTests, ReadonlyMap<string, RunningTest>>()

/** The running test with a name, if it is running now. */
export function findRunning(
  deps: { snapshots: Pick<Snapshots, 'running'> },
  id: string,
): RunningTest | undefined {
  if (!isRunningId(id)) return undefined
  const running = runningTests(deps)
  let byId = idsOf.get(running)
  if (byId === undefined) {
    byId = new Map(running.tests.map(test => [test.id ?? '', test]))
    idsOf.set(running, byId)
  }
  return byId.get(id)
}

/** Groups tests by package, in the same order inside each. */
export function groupByPackage<T extends { readonly package: string }>(
  items: readonly T[],
): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(item.package)
    if (group === undefined) groups.set(item.package, [item])
    else group.push(item)
  }
  return groups
}
