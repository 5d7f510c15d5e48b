import { hasFailed, SUBTEST_RESULTS, type Subtest } from '../run/subtest.ts'

/** The change of a subtest from one run to another. */
export type SubtestChangeKind =
  /** It fails, and did not before. */
  | 'newly failing'
  /** It failed, and no longer does. */
  | 'mended'
  | 'still failing'
  /** It was not there before. */
  | 'appeared'
  /** It no longer exists. */
  | 'gone'
  /** It failed in neither, but the results differ: for example skipped, then passed. */
  | 'otherwise changed'

/** In the order in which they are shown: trouble first. */
export const SUBTEST_CHANGE_KINDS = [
  'newly failing',
  'still failing',
  'mended',
  'gone',
  'appeared',
  'otherwise changed',
] as const satisfies readonly SubtestChangeKind[]

export interface SubtestChange {
  readonly name: string
  readonly kind: SubtestChangeKind
  /** Undefined if the subtest did not exist, or no longer exists. */
  readonly before: Subtest | undefined
  readonly after: Subtest | undefined
}

/** The changes, by kind and name; and the number of subtests that are unchanged and did not fail. */
export interface SubtestChanges {
  readonly changes: readonly SubtestChange[]
  readonly alike: number
}

/** Compares the subtests of two runs by name; if several share a name, the worst counts. */
export function compareSubtests(before: readonly Subtest[], after: readonly Subtest[]): SubtestChanges {
  const [were, are] = [byName(before), byName(after)]
  const changes: SubtestChange[] = []
  let alike = 0
  for (const name of new Set([...were.keys(), ...are.keys()])) {
    const [was, is] = [were.get(name), are.get(name)]
    const kind = kindOf(was, is)
    if (kind === undefined) alike += 1
    else changes.push({ name, kind, before: was, after: is })
  }
  const place = (change: SubtestChange): number => SUBTEST_CHANGE_KINDS.indexOf(change.kind)
  return { changes: changes.sort((one, other) => place(one) - place(other)), alike }
}

function kindOf(was: Subtest | undefined, is: Subtest | undefined): SubtestChangeKind | undefined {
  if (is === undefined) return 'gone'
  const fails = hasFailed(is.result)
  if (was === undefined) return fails ? 'newly failing' : 'appeared'
  if (hasFailed(was.result)) return fails ? 'still failing' : 'mended'
  if (fails) return 'newly failing'
  return was.result === is.result ? undefined : 'otherwise changed'
}

/** The worst result of each name. */
export function byName(subtests: readonly Subtest[]): ReadonlyMap<string, Subtest> {
  const worst = new Map<string, Subtest>()
  const rank = ({ result }: Subtest): number => SUBTEST_RESULTS.indexOf(result)
  for (const subtest of subtests) {
    const known = worst.get(subtest.name)
    if (known === undefined || rank(subtest) < rank(known)) worst.set(subtest.name, subtest)
  }
  return worst
}
