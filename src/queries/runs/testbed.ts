import type { Results } from '../../backends/results/results.ts'
import type { Store } from '../../backends/store/store.ts'
import { readResultTar } from '../../contracts/files/result-tar.ts'
import { BadInput } from '../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunKey } from '../../domain/test/test.ts'
import {
  compareTestbeds,
  parseTestbedPackages,
  type TestbedChange,
  type TestbedList,
} from '../../domain/testbed/testbed-packages.ts'

export interface Testbed {
  readonly run: Run
  /** Undefined if the run left no list. */
  readonly list: TestbedList | undefined
  /** The run of the same test before this one, and the differences from its testbed. */
  readonly since: { readonly previous: Run; readonly changes: readonly TestbedChange[] } | undefined
}

/** The packages that were installed in a run's testbed, and the changes since the run before. */
export async function testbedOf(
  { results, store }: { results: Pick<Results, 'run' | 'neighbours'>; store: Pick<Store, 'get'> },
  key: RunKey,
): Promise<Testbed | undefined> {
  const [run, { previous }] = await Promise.all([results.run(key), results.neighbours(key)])
  if (run === undefined) return undefined
  const [list, before] = await Promise.all([
    readTestbed(store, run),
    previous && readTestbed(store, previous).catch(() => undefined),
  ])
  const since =
    previous && list && before && !list.isCut && !before.isCut
      ? { previous, changes: compareTestbeds(before.packages, list.packages) }
      : undefined
  return { run, list, since }
}

async function readTestbed(store: Pick<Store, 'get'>, run: RunKey): Promise<TestbedList | undefined> {
  const tar = await store.get(distributionContainer(run.release), `${runDirectory(run)}/result.tar`, {
    hash: false,
  })
  if (tar === undefined) return undefined
  try {
    const { testbedPackages, isTestbedCut } = await readResultTar(tar.body)
    if (testbedPackages === undefined) return undefined
    const { packages, isCut } = parseTestbedPackages(testbedPackages)
    return { packages, isCut: isCut || isTestbedCut }
  } catch (error) {
    if (error instanceof BadInput) return undefined
    throw error
  } finally {
    tar.body.destroy()
  }
}
