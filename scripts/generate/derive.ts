import pLimit from 'p-limit'
import type { Derived } from '../../src/backends/derived/derived.ts'
import type { Results } from '../../src/backends/results/results.ts'
import { indexSteadiness } from '../../src/operations/index/index-steadiness.ts'
import { triggerIndexing } from '../../src/operations/index/index-triggers.ts'
import { makeDetails } from './details.ts'

/** Rows in one transaction: nobody waits for it here. */
const CHUNK = 20_000
/** Runs whose details are taken from the queue at once, and stored in parallel. */
const SOME = { asked: 500, parallel: 8 }

/** Handles rows like the daemon index-results, in larger steps. */
export async function indexRows(
  results: Pick<Results, 'id' | 'since'>,
  derived: Pick<Derived, 'indexRuns'>,
): Promise<void> {
  const id = await results.id()
  for (let from: string | undefined; ; ) {
    const { runs, position } = await results.since(from, CHUNK)
    if (position === undefined || position === from) return
    await derived.indexRuns(id, position, runs)
    from = position
  }
}

/**
 * Everything that is derived from rows: the index of runs, triggers, and how steady tests are; and for the newest
 * `details` runs the contents that their files would have, instead of reading them from a store.
 * @param made is called with each of these parts when it is complete
 * @returns how many runs have details
 */
export async function deriveAll(
  results: Results,
  derived: Derived,
  details: number,
  made: (part: string) => void = () => {},
): Promise<number> {
  await indexRows(results, derived)
  made('index of runs')
  const triggers = triggerIndexing({ results, derived })
  while (await triggers.step());
  made('triggers')
  while (await indexSteadiness({ results, derived }));
  made('steadiness')
  const detailed = await addDetails(results, derived, details)
  made('details')
  return detailed
}

async function addDetails(results: Results, derived: Derived, count: number): Promise<number> {
  const limit = pLimit(SOME.parallel)
  for (let made = 0; ; ) {
    const queued = await derived.queuedDetails(new Date(), Math.min(SOME.asked, count - made))
    if (queued.length === 0) return made
    await limit.map(queued, async key => {
      const run = await results.run(key)
      if (run === undefined) return
      const { details, failures } = makeDetails(run)
      await derived.saveDetails(key, details, failures)
    })
    made += queued.length
    if (made >= count) return made
  }
}
