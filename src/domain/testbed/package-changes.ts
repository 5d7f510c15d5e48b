import { parseTrigger } from '../trigger/trigger.ts'
import { compareVersions } from '../version/version-order.ts'
import type { TestbedChange, TestbedPackages } from './testbed-packages.ts'

/** By Debian's order of versions; `respelt` for two versions that are spelt differently but equal in it. */
export type PackageChangeKind = 'upgraded' | 'downgraded' | 'added' | 'removed' | 'respelt'

/** In the order in which they are shown. */
export const PACKAGE_CHANGE_KINDS = [
  'upgraded',
  'downgraded',
  'added',
  'removed',
  'respelt',
] as const satisfies readonly PackageChangeKind[]

export interface PackageChange extends TestbedChange {
  readonly kind: PackageChangeKind
  /** The trigger, `source/version`, if the package changed to its version; otherwise undefined. */
  readonly trigger: string | undefined
}

export interface PackageChanges {
  /** The number of all changes, by kind. */
  readonly counts: Readonly<Record<PackageChangeKind, number>>
  readonly changed: number
  /** The number of changes that belong to a trigger. */
  readonly ofTriggers: number
  /**
   * Changes of the triggers first, then by kind, then in the order of the lists; as many as were requested.
   */
  readonly changes: readonly PackageChange[]
}

/** The number of packages in one step. */
const STEP = 500

/**
 * The changes from one list of packages to another, in steps. A package counts for a trigger if it has the
 * trigger's version: lists do not name sources, and binaries have the version of their source except for the
 * `+b1` of a rebuild.
 * @param triggers of the later run, `source/version` each
 * @param most the greatest number of changes to return; all are counted
 */
export function* comparePackages(
  { before, after }: { readonly before: TestbedPackages; readonly after: TestbedPackages },
  triggers: readonly string[],
  most: number,
): Generator<void, PackageChanges> {
  const ofVersion = triggerVersions(triggers)
  const ofTriggers: PackageChange[] = []
  const others = new Map<PackageChangeKind, PackageChange[]>(PACKAGE_CHANGE_KINDS.map(kind => [kind, []]))
  const counts = { upgraded: 0, downgraded: 0, added: 0, removed: 0, respelt: 0 }
  let [changed, triggered] = [0, 0]
  const note = (name: string, was: string | undefined, is: string | undefined): void => {
    const kind = kindOf(was, is)
    const trigger = is === undefined ? undefined : ofVersion.get(withoutRebuild(is))
    counts[kind] += 1
    changed += 1
    if (trigger !== undefined) triggered += 1
    const list = trigger === undefined ? (others.get(kind) as PackageChange[]) : ofTriggers
    if (list.length < most) list.push({ name, before: was, after: is, kind, trigger })
  }
  let seen = 0
  for (const [name, was] of before) {
    const is = after.get(name)
    if (is !== was) note(name, was, is)
    if (++seen % STEP === 0) yield
  }
  for (const [name, is] of after) {
    if (!before.has(name)) note(name, undefined, is)
    if (++seen % STEP === 0) yield
  }
  const changes = [...ofTriggers, ...PACKAGE_CHANGE_KINDS.flatMap(kind => others.get(kind) ?? [])]
  return { counts, changed, ofTriggers: triggered, changes: changes.slice(0, most) }
}

function kindOf(before: string | undefined, after: string | undefined): PackageChangeKind {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  const order = compareVersions(before, after)
  if (order === 0) return 'respelt'
  return order < 0 ? 'upgraded' : 'downgraded'
}

/** Versions by source; `migration-reference/0` and the like do not name a package's version. */
function triggerVersions(triggers: readonly string[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>()
  for (const text of triggers) {
    const trigger = parseTrigger(text)
    if (trigger !== undefined && trigger.version !== '0') versions.set(trigger.version, text)
  }
  return versions
}

/** The source's version for a binary that was rebuilt from it (`1.0-1+b2`, Debian's name for it). */
function withoutRebuild(version: string): string {
  const plus = version.lastIndexOf('+b')
  return plus > 0 && /^\d{1,9}$/.test(version.slice(plus + 2)) ? version.slice(0, plus) : version
}
