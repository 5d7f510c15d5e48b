import type { BackendsConfig } from '../backends/index.ts'
import type { VirtServer } from '../domain/testbed/virt-server.ts'
import type { Listen, TimeoutSeconds } from './values.ts'

/** The whole configuration, checked. Holds secrets: never log it. */
export interface Config {
  /** The file it was read from, if there is one. */
  readonly file: string | undefined
  /** Nothing is configured: the store is filled with examples, and pages say so. */
  readonly sampleData: boolean
  readonly backends: BackendsConfig
  readonly web: WebConfig
  readonly limits: Limits
  readonly daemons: DaemonsConfig
  readonly worker: WorkerConfig
}

interface WebConfig {
  readonly listen: Listen
  /** The address under which people see the site, without a slash at its end; the address of `listen` by default. */
  readonly baseUrl: string
  /** Absolute; everything that this host writes lies under it unless it has a key of its own. */
  readonly dataDir: string
  /** Oldest first, as configured. */
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** Where absolute links to objects lead: to this site's own `/results` by default. */
  readonly externalSwiftUrl: string
  /** Shown on every page: a staging site says that it is one. */
  readonly banner: string | undefined
  /** IP addresses and networks whose `X-Forwarded-*` headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Origins whose links may submit requests. */
  readonly trustedSites: readonly string[]
  /** IP addresses and networks that may see metrics and the details of readiness. */
  readonly metricsAllow: readonly string[]
  /** Launchpad teams whose members may request anything. */
  readonly allowedTeams: readonly string[]
  /** People and teams of Launchpad who may take any request out of its queue. */
  readonly admins: readonly string[]
  /** The origin of the login provider that browsers are sent to, if they are. */
  readonly loginOrigin: string | undefined
  /** The host of the GitHub that webhooks come from, as its addresses name it. */
  readonly githubHost: string
}

/** For one address, except `requestsPerHour`, which is for one requester. */
interface Limits {
  readonly requestsPerHour: number
  /** 0 is no limit. */
  readonly pagesPerSecond: number
  /** Event streams and logs that are open at once. */
  readonly streams: number
}

interface DaemonsConfig {
  /** The queue for completions; undefined: named after the database's id. */
  readonly completeQueue: string | undefined
  /** Whether the broker's trace may be used to follow the queues. */
  readonly trace: 'auto' | 'off'
  /** Of the logs that an installation has already: how many days back they are read, and how fast at most; 0: not. */
  readonly failures: { readonly sinceDays: number; readonly logsPerSecond: number }
}

/** Of the one who runs the tests. */
interface WorkerConfig {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** Undefined: this host runs no tests. `null` only where that is allowed. */
  readonly virt: VirtServer | undefined
  readonly slots: number
  readonly autopkgtest: string
  readonly extraArgs: readonly string[]
  readonly outputDir: string
  /** `none` is undefined, and so is no word with tests on this host, whose apt stays as it is. */
  readonly pocket: string | undefined
  readonly aptUpgrade: boolean
  readonly timeouts: TimeoutSeconds
  readonly longTimeouts: TimeoutSeconds
  /** Seconds. */
  readonly longestRun: number
  readonly neverRun: string | undefined
  readonly longTests: string | undefined
  readonly bigPackages: string | undefined
  readonly bigArgs: readonly string[]
  readonly ppaUrl: string
  readonly privatePpaUrl: string
  readonly keyserverUrl: string
  readonly launchpadUrl: string
}
