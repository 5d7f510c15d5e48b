import { availableParallelism } from 'node:os'
import { InvalidArgumentError } from 'commander'
import type { Backends } from '../../../backends/index.ts'
import type { Config } from '../../../config/config.ts'
import type { Log, LogFormat, LogLevel } from '../../../log.ts'
import type { Exposition, Metrics } from '../../../metrics.ts'
import { openCommons } from '../../../web/commons.ts'
import { openWebsite, sayListening, webSettings } from './website.ts'
import { openWebsiteProcesses, type WebsiteProcesses } from './website-processes.ts'

/** More than any machine has processors for. */
const MOST_PROCESSES = 64

/** Reads `--processes`: a number, or `auto` for one for each processor that this process may use. */
export function parseProcesses(text: string): number {
  if (text === 'auto') return Math.min(MOST_PROCESSES, availableParallelism())
  if (!/^[1-9]\d?$/.test(text) || Number(text) > MOST_PROCESSES) {
    throw new InvalidArgumentError(`It must be a number from 1 to ${MOST_PROCESSES}, or auto.`)
  }
  return Number(text)
}

interface Parts {
  /** For a website in this process. */
  readonly backends: Backends
  readonly log: Log
  readonly level: LogLevel
  readonly format: LogFormat
  readonly metrics: Metrics
  /** Adds to the answer of /metrics what is measured elsewhere in this process. */
  readonly finish?: (own: Exposition) => Promise<Exposition>
}

/** Opens the website in this process, or in several that it starts, and says where it listens. */
export async function openWebsiteIn(
  processes: number,
  config: Config,
  { backends, log, level, format, metrics, finish = async own => own }: Parts,
  closing: AbortSignal,
): Promise<WebsiteProcesses> {
  const website =
    processes > 1
      ? await openWebsiteProcesses(config, processes, { log, level, format, metrics, finish })
      : await inThisProcess()
  sayListening(log, website)
  return website

  async function inThisProcess(): Promise<WebsiteProcesses> {
    const merged = { ...metrics, render: async () => finish(await metrics.render()) }
    const parts = {
      backends,
      commons: openCommons(webSettings(config)),
      metrics: merged,
      log,
    }
    return { ...(await openWebsite(config, parts, closing)), failed: new Promise<never>(() => {}) }
  }
}
