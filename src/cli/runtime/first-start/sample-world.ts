import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import type { Backends } from '../../../backends/index.ts'
import { distributionContainer, runDirectory } from '../../../domain/run/container.ts'
import type { Log } from '../../../log.ts'
import { passOverEnded } from '../../../operations/queues/sample-queues.ts'
import { type Cast, makeCast, RELEASES } from '../../../sample/cast.ts'
import { type MadeRun, makeHistory } from '../../../sample/made-up-history.ts'
import { makeLog } from '../../../sample/made-up-log.ts'
import { madeUpQueueHistory } from '../../../sample/made-up-queue-history.ts'
import { makeRunFiles } from '../../../sample/run-files.ts'
import { makeUploads, type Uploads } from '../../../sample/uploads.ts'

/** Since when the made-up world is there, as the state keeps it: `1790000000000 made`, or `… begun`. */
const POINT = 'sample-world'
/** Runs that are written and recorded in one go. */
const BATCH = 500

type Parts = Pick<Backends, 'results' | 'state'>

/** The made-up archive of this installation. */
export interface SampleWorld {
  readonly cast: Cast
  readonly uploads: Uploads
  /** When it was made, in milliseconds since 1970. */
  readonly epoch: number
}

/** The same without a history, for those who look at real runs alone. */
export function emptyWorld(): SampleWorld {
  const cast = makeCast()
  return { cast, uploads: makeUploads(cast), epoch: Date.now() }
}

/**
 * Creates the made-up world if it is missing: objects directly in the folder of the store, and rows in the results as
 * a rebuild from the store would create them. An interrupted creation is repeated with the same outcome.
 */
export async function makeSampleWorld(
  { results, state }: Parts,
  root: string | undefined,
  log: Log,
  signal: AbortSignal,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<SampleWorld> {
  const [since, how] = (await state.point(POINT))?.split(' ') ?? []
  const epoch = since === undefined ? Date.now() : Number(since)
  const cast = makeCast()
  const uploads = makeUploads(cast)
  if (how === 'made' || root === undefined) return { cast, uploads, epoch }
  await state.setPoint(POINT, `${epoch} begun`)
  const runs = makeHistory(cast, uploads, epoch)
  await addVersions(results, cast, uploads, 0)
  for (let at = 0; at < runs.length; at += BATCH) {
    if (signal.aborted) return { cast, uploads, epoch }
    const batch = runs.slice(at, at + BATCH)
    for (const run of batch) writeRun(root, run, epoch, uploads)
    await results.record(batch.map(({ run }) => run))
    onProgress(Math.min(at + BATCH, runs.length), runs.length)
    // Requests for metrics are answered in between
    await setImmediate()
  }
  await addQueueHistory(state, runs, epoch)
  await passOverEnded({ results, state })
  await state.setPoint(POINT, `${epoch} made`)
  log.info({ runs: runs.length }, 'the made-up sample data is complete')
  return { cast, uploads, epoch }
}

function writeRun(root: string, { request, outcome, run }: MadeRun, epoch: number, uploads: Uploads): void {
  const folder = join(root, distributionContainer(run.release), runDirectory(run))
  mkdirSync(folder, { recursive: true })
  const log = makeLog(request, outcome, new Date(epoch + request.at))
  for (const [name, bytes] of Object.entries(makeRunFiles(request, outcome, { log, uploads })))
    writeFileSync(join(folder, name), bytes)
}

/** Says which versions of the made-up packages are the current ones: no archive has them. */
async function addVersions(
  results: Backends['results'],
  { packages }: Cast,
  uploads: Uploads,
  at: number,
): Promise<void> {
  for (const release of RELEASES) {
    const rows = packages.map(({ name }) => ({
      ...{ release, pocket: release, component: 'main', package: name },
      version: uploads.versionAt(name, release, at),
    }))
    const url = `http://archive.invalid/debian/dists/${release}/main/source/Sources.xz`
    await results.currentVersions().refresh(url, new Date(at).toUTCString(), rows)
  }
}

async function addQueueHistory(
  { queueSamples }: Backends['state'],
  runs: readonly MadeRun[],
  epoch: number,
): Promise<void> {
  for (const { span, samples } of madeUpQueueHistory(runs, epoch)) {
    for (let at = 0; at < samples.length; at += BATCH) {
      await queueSamples.addAll(span, samples.slice(at, at + BATCH))
      await setImmediate()
    }
  }
}
