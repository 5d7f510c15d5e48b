import type { Backends } from '../backends/index.ts'
import type { Config, LimitsConfig, WebConfig } from '../config/config.ts'
import type { TestKey } from '../domain/test/test.ts'
import type { Log } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import type { Commons } from './commons.ts'
import type { Assets } from './http/assets.ts'

/** What there is to see in a made-up world. */
export interface SampleTour {
  readonly upload: { readonly source: string; readonly version: string }
  readonly flaky: TestKey
  readonly onOneArch: TestKey
  readonly stuck: string
}

/**
 * What the operator decided about the website: every key of `[web]` and `[limits]`, as its row in config/settings.ts types and
 * explains it, and what follows from several of them. A new key is here without a word. Holds secrets: never log it.
 */
export interface WebSettings extends WebConfig, LimitsConfig, Pick<Config, 'sampleData'> {
  /** The sample has a world made up around its real runs, with these things to see. */
  readonly tour?: SampleTour | undefined
}

/** What every page and endpoint is given. */
export interface Web
  extends Pick<
    Backends,
    | 'results'
    | 'derived'
    | 'state'
    | 'broker'
    | 'store'
    | 'snapshots'
    | 'transcripts'
    | 'documents'
    | 'published'
    | 'login'
    | 'launchpad'
    | 'github'
  > {
  readonly settings: WebSettings
  readonly commons: Commons
  readonly assets: Assets
  readonly log: Log
  readonly metrics: Metrics
}
