import type { Store } from '../../backends/store/store.ts'
import type { ResultTar } from '../../contracts/files/result-tar.ts'
import { distributionContainer } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { comparePackages, type PackageChanges } from '../../domain/testbed/package-changes.ts'
import { type ListLimits, readPackages, type TestbedPackages } from '../../domain/testbed/testbed-packages.ts'
import { inTurns } from '../../domain/time/turns.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { storedResult } from '../runs/stored-result.ts'

export type Side = 'from' | 'to'

/** The differences between the machines of two runs. */
export interface ComparedTestbeds {
  readonly changes: PackageChanges | undefined
  /** Why there are no changes; undefined if there are. */
  readonly unknown: string | undefined
  /** The lists themselves; those of single tests list additions to them. */
  readonly packages: Readonly<Record<Side, TestbedPackages | undefined>>
  /** Other differences that autopkgtest reports: its version, the kernel, the processor. */
  readonly machines: readonly MachineDifference[]
}

export interface MachineDifference {
  /** autopkgtest's name for it. */
  readonly name: string
  readonly before: string | undefined
  readonly after: string | undefined
}

/** Real lists have a few thousand packages; longer ones than this are not compared. */
export const LIST_LIMITS: ListLimits = { packages: 50_000, characters: 1024 * 1024 }

/**
 * Compares the testbeds of two runs, from their `result.tar`.
 * @param most the greatest number of changes to return; all are counted
 */
export async function comparedTestbeds(
  store: Pick<Store, 'get'>,
  runs: Readonly<Record<Side, Run>>,
  most: number,
  signal: AbortSignal,
): Promise<ComparedTestbeds> {
  const read = (run: Run) => storedResult(store, distributionContainer(run.release), run, { signal })
  const [from, to] = await Promise.all([read(runs.from), read(runs.to)])
  const [before, after] = [await listOf(from, signal), await listOf(to, signal)]
  const packages = { from: before.packages, to: after.packages }
  const machines = machineDifferences(from?.testinfo, to?.testinfo)
  if (before.packages === undefined || after.packages === undefined) {
    const why = [
      before.packages === undefined ? `the earlier run ${before.why}` : undefined,
      after.packages === undefined ? `the later run ${after.why}` : undefined,
    ]
    return { changes: undefined, unknown: why.filter(Boolean).join(', and '), packages, machines }
  }
  const steps = comparePackages(
    { before: before.packages, after: after.packages },
    splitTriggers(runs.to.triggers),
    most,
  )
  return { changes: await inTurns(steps, signal), unknown: undefined, packages, machines }
}

interface KnownList {
  readonly packages: TestbedPackages | undefined
  readonly why: string
}

async function listOf(result: ResultTar | undefined, signal: AbortSignal): Promise<KnownList> {
  if (result === undefined) return { packages: undefined, why: 'left no result.tar that can be read' }
  if (result.testbedPackages === undefined)
    return { packages: undefined, why: 'recorded no list of its testbed’s packages' }
  const { packages, isCut } = await inTurns(readPackages(result.testbedPackages, LIST_LIMITS), signal)
  return isCut || result.isTestbedCut
    ? { packages: undefined, why: 'has a list that is too long' }
    : { packages, why: '' }
}

/** The fields of testinfo.json that are texts or numbers, and describe the machine. */
const OF_MACHINES = [
  'autopkgtest_version',
  'kernel_version',
  'host_architecture',
  'test_architecture',
  'cpu_model',
  'nproc',
  'virt_server',
] as const
const LONGEST = 300

function machineDifferences(
  before: ResultTar['testinfo'],
  after: ResultTar['testinfo'],
): MachineDifference[] {
  if (before === undefined || after === undefined) return []
  return OF_MACHINES.map(name => ({ name, before: textOf(before[name]), after: textOf(after[name]) })).filter(
    one => one.before !== one.after,
  )
}

function textOf(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.filter(word => typeof word === 'string').join(' ') : value
  return typeof text === 'string' || typeof text === 'number' ? String(text).slice(0, LONGEST) : undefined
}
