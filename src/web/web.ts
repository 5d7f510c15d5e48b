import type { Backends } from '../backends/index.ts'
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

/** What the operator decided about the website. */
export interface WebSettings {
  /** Where people reach the site, without a slash at the end. Never taken from a Host header. */
  readonly baseUrl: string
  /** The root of `/results/` in absolute links of the JSON, without a slash at the end. */
  readonly externalSwiftUrl: string
  /** Newest last, as configured. */
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** Shown on every page: a staging site says that it is one. */
  readonly banner: string | undefined
  /** Whether what is shown is the sample data of a first start. */
  readonly sampleData: boolean
  /** The sample has a world made up around its real runs, with these things to see. */
  readonly tour?: SampleTour | undefined
  /** Addresses and networks (`127.0.0.0/8`) that may read /metrics and the details of /readyz. */
  readonly metricsAllow: readonly string[]
  /** Addresses and networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Origins whose pages may link to requests, like this site's own. */
  readonly trustedSites: readonly string[]
  /** Launchpad teams whose members may request anything. */
  readonly allowedRequestors: readonly string[]
  /** People and teams of Launchpad who may take any request out of its queue. */
  readonly admins: readonly string[]
  /** The origin of the login provider that browsers are sent to; undefined where they are not. */
  readonly loginOrigin: string | undefined
  /** The host of the GitHub that webhooks come from. */
  readonly githubHost: string
  /** How many pages an address may ask for in a second; 0: as many as it likes. */
  readonly pagesPerSecond: number
  /** How many tests one requester may ask for in an hour. */
  readonly requestsPerHour: number
  /** Event streams and logs that one address may have open at once. */
  readonly streams: number
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
