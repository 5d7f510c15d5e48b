import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { storeFolder } from '../../backends/index.ts'
import { DAEMONS, type RunningDaemons, runDaemons } from '../../daemons/index.ts'
import type { DaemonDeps } from '../../daemons/runtime/daemon.ts'
import { openLog } from '../../log.ts'
import { openMetrics } from '../../metrics.ts'
import type { DaemonsThreadInput, FromDaemons, Progress, ToDaemons } from './daemons-thread.ts'
import { fillFromStore, isToBeFilled } from './first-start/fill-empty.ts'
import { openSampleWorker } from './first-start/sample-data.ts'
import { emptyWorld, makeSampleWorld, type SampleWorld } from './first-start/sample-world.ts'
import { daemonSettings, openInstallation } from './open.ts'

const { config, level, format } = workerData as DaemonsThreadInput
const port = parentPort
if (port === null) throw new Error('a *.thread file runs in a thread only')

const log = openLog({ format, level })
const metrics = openMetrics()
const ending = new AbortController()
function answerMetrics(to: MessagePort): void {
  const answer = (body: string) => to.postMessage({ metrics: body } satisfies FromDaemons)
  metrics.render().then(
    ({ body }) => answer(body),
    err => {
      log.error({ err }, 'the metrics of the daemons could not be rendered')
      answer('')
    },
  )
}
port.on('message', (message: ToDaemons) => {
  if (message === 'stop') ending.abort()
  else answerMetrics(port)
})

{
  await using backends = await openInstallation(config, log)
  const isPlayed = config.sampleData && config.worker.virt === undefined
  const deps = { backends, settings: daemonSettings(config), metrics, log }
  const names = DAEMONS.map(daemon => daemon.name)
  const fill = await isToBeFilled(backends)
  const made = isPlayed ? await makeSample(deps) : undefined
  const running = await runDaemons(names, deps, ending.signal)
  if (fill) {
    const options = { log, signal: ending.signal, onProgress: sayProgress }
    await fillFromStore(backends, config.web.releases, options).catch((err: unknown) =>
      log.error({ err }, 'the database could not be filled from the store'),
    )
  }
  const player = made === undefined ? undefined : await startPlaying(deps, made)
  if (!ending.signal.aborted) {
    await new Promise(resolve => ending.signal.addEventListener('abort', resolve, { once: true }))
  }
  await Promise.all([running.stop(), player?.stop()])
}
port.close()

/** Creates the made-up world if it is wanted and missing, before everything else, as everything depends on it. */
async function makeSample({ backends }: DaemonDeps): Promise<SampleWorld> {
  if (!config.sampleWorld) return emptyWorld()
  return makeSampleWorld(backends, storeFolder(config.backends), log, ending.signal, (done, total) =>
    sayProgress({ done, total, what: 'made-up runs' }),
  )
}

/** Plays what is asked for. */
async function startPlaying(deps: DaemonDeps, made: SampleWorld): Promise<RunningDaemons | undefined> {
  if (ending.signal.aborted) return undefined
  const worker = openSampleWorker(made, config.sampleWorld)
  return runDaemons([worker.name], deps, ending.signal, [worker])
}

function sayProgress(progress: Progress): void {
  port?.postMessage({ progress } satisfies FromDaemons)
}
