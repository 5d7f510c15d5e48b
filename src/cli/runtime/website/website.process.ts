import { openLog } from '../../../log.ts'
import { openMetrics } from '../../../metrics.ts'
import { reportFailure } from '../command-line.ts'
import { openInstallation } from '../open.ts'
import { aborted, onShutdown } from '../shutdown.ts'
import { openAbove } from './ask-above.ts'
import { openWebsite } from './website.ts'

const above = openAbove()

/** One of several processes of a website: serves until the process above, or a signal, has it end. */
async function serve(): Promise<void> {
  const { config, level, format, processes } = await above.begin()
  const log = openLog({ format, level })
  const closing = AbortSignal.any([onShutdown(log), above.ending])
  {
    await using backends = await openInstallation(config, log)
    const own = openMetrics()
    above.measureBy(own.measured)
    const metrics = { ...own, render: async () => (await above.metrics()) ?? own.render() }
    const parts = { backends, commons: above.commons(processes), metrics, log }
    const website = await openWebsite(config, parts, closing)
    above.listening(website.address, website.port)
    await aborted(closing)
    await website.drain()
  }
  above.close()
}

try {
  await serve()
} catch (error) {
  process.exitCode = reportFailure(error)
  above.close()
}
