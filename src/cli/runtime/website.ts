import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { Backends } from '../../backends/index.ts'
import type { Config } from '../../config/config.ts'
import type { Log } from '../../log.ts'
import type { Metrics } from '../../metrics.ts'
import { stuckTests } from '../../queries/queues/running-pace.ts'
import { createApp } from '../../web/app.ts'
import { openAssets } from '../../web/http/assets.ts'
import { reportFaults } from '../../web/http/listen.ts'
import { type Listening, serveApp } from '../../web/server.ts'
import type { WebSettings } from '../../web/web.ts'

/** Where the build puts our style and script files; the same from src/cli/runtime and dist/cli/runtime. */
const ASSETS = fileURLToPath(new URL('../../../dist/static', import.meta.url))

function webSettings({ web, limits, sampleData }: Config): WebSettings {
  return {
    ...web,
    sampleData,
    ...limits,
  }
}

/**
 * What renderings leave behind is collected before the heap has doubled: a busy website holds a third less. With 40 %, lists
 * take 2 to 18 % longer, for 10 MB less. Daemons, which leave more and hold less, would work a third longer for it.
 */
const HEAP_GROWTH = '--heap-growing-percent=60'

/** Opens the website and listens. Conflict if the port is taken. Event streams end when `closing` is aborted. */
export async function openWebsite(
  config: Config,
  parts: { readonly backends: Backends; readonly metrics: Metrics; readonly log: Log },
  closing: AbortSignal,
): Promise<Listening> {
  const { backends, metrics, log } = parts
  setFlagsFromString(HEAP_GROWTH)
  metrics.databaseSize(() => backends.results.size())
  metrics.stuckTests(async () => (await stuckTests(backends)).length)
  const web = { ...backends, settings: webSettings(config), assets: openAssets(ASSETS), log, metrics }
  const listening = await serveApp(createApp(web, closing), config.web.listen, reportFaults(log, metrics))
  log.info({ address: listening.address }, `the website listens on ${listening.address}`)
  return listening
}
