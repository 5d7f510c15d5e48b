import { type Broker, TESTCOMPLETE } from '../../backends/broker/broker.ts'
import type { Results } from '../../backends/results/results.ts'
import { printSeed } from '../../contracts/messages/testcomplete.ts'
import { NotFound, Unavailable } from '../../domain/errors.ts'
import { splitTriggers } from '../../domain/trigger/trigger.ts'
import { releaseTests } from '../../queries/tests/release-tests.ts'

interface Deps {
  readonly results: Pick<Results, 'tests' | 'history' | 'unknownOf'>
  readonly broker: Pick<Broker, 'depths' | 'publishTo'>
}

export interface SeedOptions {
  /** Whose newest runs are taken, and the release that gets them. */
  readonly from: string
  readonly to: string
  /** Where the completions wait that a website on this database takes. */
  readonly completeQueue: string
  /** Only counts. */
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

export interface Seeded {
  /** Runs that were sent, or would be. */
  readonly sent: number
  /** Runs that the new release has already. */
  readonly known: number
  /** Runs that no completion records: without triggers or without an exit code. */
  readonly left: number
}

/** Runs whose completions are under way at once. */
const STEP = 100

/**
 * Gives a new release the newest run of each test of an old one, as a baseline for its first runs. They are sent as
 * completions, and recorded by every website that listens; sending them again changes nothing. Throws NotFound if the
 * old release has no tests, and Unavailable if no website has ever listened.
 */
export async function seedRelease(
  { results, broker }: Deps,
  { from, to, completeQueue, dryRun, signal }: SeedOptions,
): Promise<Seeded> {
  const depths = await broker.depths([completeQueue])
  if (!dryRun && depths.get(completeQueue) === undefined)
    throw new Unavailable(`there is no queue ${completeQueue}: start the daemon download-results first`)
  const seeded = { sent: 0, known: 0, left: 0 }
  let isEmpty = true
  for await (const tests of releaseTests(results, from, STEP)) {
    signal.throwIfAborted()
    isEmpty = false
    const newest = (await Promise.all(tests.map(test => results.history(test, { limit: 1 })))).flat()
    const usable = newest.filter(run => run.exitcode !== null && splitTriggers(run.triggers).length > 0)
    const wanted = usable.map(run => ({ ...run, release: to }))
    const unknown = new Set(await results.unknownOf(wanted))
    const news = wanted.filter(run => unknown.has(run))
    if (!dryRun) await Promise.all(news.map(run => broker.publishTo(TESTCOMPLETE, printSeed(run, to))))
    seeded.sent += news.length
    seeded.known += usable.length - news.length
    seeded.left += tests.length - usable.length
  }
  if (isEmpty) throw new NotFound(`the release ${from} has no tests`)
  return seeded
}
