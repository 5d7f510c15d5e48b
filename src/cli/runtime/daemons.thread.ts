import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { DAEMONS, runDaemons } from '../../daemons/index.ts'
import type { Daemon } from '../../daemons/runtime/daemon.ts'
import { openMetrics } from '../../metrics.ts'
import type { DaemonsThreadInput, FromDaemons, ToDaemons } from './daemons-thread.ts'
import { fillFromStore, isToBeFilled } from './fill-empty.ts'
import { commandLog, daemonSettings, openInstallation } from './open.ts'
import { openSampleWorker } from './sample-data.ts'

const { config, level } = workerData as DaemonsThreadInput
const port = parentPort
if (port === null) throw new Error('a *.thread file runs in a thread only')

const log = commandLog(level)
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
  const known: readonly Daemon[] = isPlayed ? [...DAEMONS, openSampleWorker()] : DAEMONS
  const deps = { backends, settings: daemonSettings(config), metrics, log }
  const names = known.map(daemon => daemon.name)
  const fill = await isToBeFilled(backends)
  const running = await runDaemons(names, deps, ending.signal, known)
  if (fill) {
    await fillFromStore(backends, config.web.releases, log, ending.signal).catch((err: unknown) =>
      log.error({ err }, 'the database could not be filled from the store'),
    )
  }
  if (!ending.signal.aborted) {
    await new Promise(resolve => ending.signal.addEventListener('abort', resolve, { once: true }))
  }
  await running.stop()
}
port.close()
