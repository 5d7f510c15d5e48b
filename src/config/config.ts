import type { BackendsConfig } from '../backends/index.ts'
import type { Values } from './settings.ts'

/**
 * The whole configuration, checked: the values of settings.ts, and what follows from several of them. Contains
 * secrets: never log it.
 */
export interface Config {
  /** The file it was read from, if there was one. */
  readonly file: string | undefined
  /** Nothing is configured: the store is filled with examples, and pages say so. */
  readonly sampleData: boolean
  /** With a made-up world around them. */
  readonly sampleWorld: boolean
  readonly backends: BackendsConfig
  readonly web: WebConfig
  readonly limits: LimitsConfig
  readonly daemons: Pick<Values['amqp'], 'completeQueue' | 'trace'> & {
    /**
     * For the logs that an installation already has: how many days back they are read, and how fast at most; 0: not
     * at all.
     */
    readonly failures: { readonly sinceDays: number; readonly logsPerSecond: number }
  }
  readonly worker: WorkerConfig
}

/** The keys of `[web]`, with values derived from others where one is missing. */
export type WebConfig = Values['web'] & {
  /** The address under which people see the site, without a slash at the end; the address of `listen` by default. */
  readonly baseUrl: string
  /** The target of absolute links to objects: this site's own `/results` by default. */
  readonly externalSwiftUrl: string
  /** The origin of the login provider to which browsers are sent, if there is one. */
  readonly loginOrigin: string | undefined
  /** The host of the GitHub that sends webhooks, as in its addresses. */
  readonly githubHost: string
}

/** The keys of `[limits]`. */
export type LimitsConfig = Values['limits']

/** For running tests. Without `virt` this host runs none; `null` only where that is allowed. */
type WorkerConfig = Omit<Values['worker'], 'releases' | 'aptUpgrade'> & {
  readonly releases: readonly string[]
  /** Undefined: the testbed is used as it is. */
  readonly pocket: string | undefined
  readonly aptUpgrade: boolean
  readonly launchpadUrl: string
}
