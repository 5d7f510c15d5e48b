import type { Store } from '../../backends/store/store.ts'
import { readTestPackages, type TestPackages } from '../../contracts/files/test-packages.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { comparePackages, type PackageChanges } from '../../domain/testbed/package-changes.ts'
import { readPackages, type TestbedPackages } from '../../domain/testbed/testbed-packages.ts'
import { inTurns } from '../../domain/time/turns.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { LIST_LIMITS, type Side } from './compared-testbeds.ts'

/** Differences in the packages that tests installed; tests with the same packages share one entry. */
export interface InstalledChanges {
  readonly tests: readonly string[]
  readonly changes: PackageChanges
}

export interface ComparedInstalls {
  /** The tests with a list in both runs and a difference between those. */
  readonly installs: readonly InstalledChanges[]
  /** The number of tests with a list in both runs. */
  readonly compared: number
  /** Descriptions of what could not be read; empty if everything was. */
  readonly faults: readonly string[]
}

/**
 * Compares the packages that each test of two runs installed in addition to the testbed's, from
 * `artifacts.tar.gz`. A package that the other testbed already had counts with its version there.
 * @param most the greatest number of changes of one test to return; all are counted
 */
export async function comparedInstalls(
  store: Pick<Store, 'get'>,
  runs: Readonly<Record<Side, Run>>,
  testbeds: Readonly<Record<Side, TestbedPackages | undefined>>,
  most: number,
  signal: AbortSignal,
): Promise<ComparedInstalls> {
  const [from, to] = await Promise.all([
    readLists(store, runs.from, signal),
    readLists(store, runs.to, signal),
  ])
  const triggers = splitTriggers(runs.to.triggers)
  const tests = [...to.lists.keys()].filter(test => from.lists.has(test))
  const groups = new Map<string, { tests: string[]; changes: PackageChanges }>()
  for (const test of tests) {
    const listOf = (lists: TestPackages['lists']) =>
      inTurns(readPackages(lists.get(test) ?? '', LIST_LIMITS), signal)
    const [before, after] = [await listOf(from.lists), await listOf(to.lists)]
    const whole = {
      before: withTestbed(before.packages, after.packages, testbeds.from),
      after: withTestbed(after.packages, before.packages, testbeds.to),
    }
    const changes = await inTurns(comparePackages(whole, triggers, most), signal)
    if (changes.changed === 0) continue
    const key = JSON.stringify([changes.changed, changes.changes])
    const same = groups.get(key)
    if (same === undefined) groups.set(key, { tests: [test], changes })
    else same.tests.push(test)
  }
  return {
    installs: [...groups.values()],
    compared: tests.length,
    faults: [...faultsOf('earlier', from), ...faultsOf('later', to)],
  }
}

/** The packages of one test, out of those in its list or the other's. */
function withTestbed(
  own: TestbedPackages,
  other: TestbedPackages,
  testbed: TestbedPackages | undefined,
): TestbedPackages {
  const whole = new Map(own)
  for (const name of other.keys()) {
    const version = own.has(name) ? undefined : testbed?.get(name)
    if (version !== undefined) whole.set(name, version)
  }
  return whole
}

const faultsOf = (which: string, { fault }: TestPackages): string[] =>
  fault === undefined ? [] : [`of the ${which} run ${fault}`]

async function readLists(store: Pick<Store, 'get'>, run: Run, signal: AbortSignal): Promise<TestPackages> {
  const name = `${runDirectory(run)}/artifacts.tar.gz`
  const archive = await store.get(distributionContainer(run.release), name, { signal, hash: false })
  if (archive === undefined) return { lists: new Map(), fault: undefined }
  try {
    return await readTestPackages(archive.body)
  } finally {
    archive.body.destroy()
  }
}
