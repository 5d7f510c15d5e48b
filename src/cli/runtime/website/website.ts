import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import type { Backends } from '../../../backends/index.ts'
import type { Config } from '../../../config/config.ts'
import type { Log } from '../../../log.ts'
import type { Metrics } from '../../../metrics.ts'
import { stuckTests } from '../../../queries/queues/running-pace.ts'
import { TOUR } from '../../../sample/tour.ts'
import { createApp } from '../../../web/app.ts'
import type { Commons } from '../../../web/commons.ts'
import { openAssets } from '../../../web/http/assets.ts'
import { reportFaults } from '../../../web/http/listen.ts'
import { type Listening, serveApp } from '../../../web/server.ts'
import type { WebSettings } from '../../../web/web.ts'

/** Where the build puts our style and script files; the same from src/cli/runtime/website and dist/cli/runtime/website. */
const ASSETS = fileURLToPath(new URL('../../../../dist/static', import.meta.url))

/** What of the configuration the website knows. */
export function webSettings({ web, limits, sampleData, sampleWorld }: Config): WebSettings {
  return { ...web, ...limits, sampleData, tour: sampleWorld ? TOUR : undefined }
}

/**
 * What renderings leave behind is collected before the heap has doubled: a busy website holds a third less. With 40 %, lists
 * take 2 to 18 % longer, for 10 MB less. Daemons, which leave more and hold less, would work a third longer for it.
 */
const HEAP_GROWTH = '--heap-growing-percent=60'

/** What a website is made of. */
export interface WebsiteParts {
  readonly backends: Backends
  readonly commons: Commons
  readonly metrics: Metrics
  readonly log: Log
}

/** Opens the website and listens. Conflict if the port is taken. Event streams end when `closing` is aborted. */
export async function openWebsite(
  config: Config,
  { backends, commons, metrics, log }: WebsiteParts,
  closing: AbortSignal,
): Promise<Listening> {
  setFlagsFromString(HEAP_GROWTH)
  metrics.databaseSize(() => backends.results.size())
  metrics.stuckTests(async () => (await stuckTests(backends)).length)
  metrics.documentFailures(() => backends.documents.failures())
  if (backends.documents.excuses !== undefined)
    metrics.excuseDifferences(() => backends.snapshots.excuseDifferences.current().value.differing)
  const web = {
    ...backends,
    settings: webSettings(config),
    commons,
    assets: openAssets(ASSETS),
    log,
    metrics,
  }
  const at = { ...config.web.listen, reusePort: commons.processes > 1 }
  return serveApp(createApp(web, closing), at, reportFaults(log, metrics))
}

/** Says where the website is, once it listens: people and tests wait for this line. */
export function sayListening(log: Log, { address }: Listening): void {
  log.info({ address }, `the website is listening on ${address}`)
}
