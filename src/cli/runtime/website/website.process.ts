import { openLog } from '../../../log.ts'
import { openMetrics } from '../../../metrics.ts'
import { reportFailure } from '../command-line.ts'
import { openInstallation } from '../open.ts'
import { aborted, onShutdown } from '../shutdown.ts'
import { openMainProcess } from './ask-main-process.ts'
import { openWebsite } from './website.ts'

const main = openMainProcess()

/** One of several processes of a website: serves until the main process, or a signal, has it end. */
async function serve(): Promise<void> {
  const { config, level, format, processes } = await main.begin()
  const log = openLog({ format, level })
  const closing = AbortSignal.any([onShutdown(log), main.ending])
  {
    await using backends = await openInstallation(config, log)
    const own = openMetrics()
    main.measureBy(own.measured)
    const metrics = { ...own, render: async () => (await main.metrics()) ?? own.render() }
    const parts = { backends, commons: main.commons(processes), metrics, log }
    const website = await openWebsite(config, parts, closing)
    main.listening(website.address, website.port)
    await aborted(closing)
    await website.drain()
  }
  main.close()
}

try {
  await serve()
} catch (error) {
  process.exitCode = reportFailure(error)
  main.close()
}
