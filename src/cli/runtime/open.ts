import { accessSync, constants, mkdirSync } from 'node:fs'
import { type Backends, foldersOf, makesQueues, openBackends } from '../../backends/index.ts'
import type { Config } from '../../config/config.ts'
import type { DaemonSettings } from '../../daemons/runtime/daemon.ts'
import { messageOf, Unavailable } from '../../domain/errors.ts'
import { allQueues, queueName } from '../../domain/queue/queue-name.ts'
import { type Log, type LogFormat, type LogLevel, openLog } from '../../log.ts'
import { noteFirstOpening } from '../../operations/ingest/first-fill.ts'

/** How a log is written here: for a person where there is a terminal. */
export const terminalFormat = (): LogFormat => (process.stderr.isTTY ? 'readable' : 'json')

/** The log of a command: for a person on a terminal, else one JSON object a line. */
export function commandLog(level: LogLevel = 'info'): Log {
  return openLog({ format: terminalFormat(), level })
}

/** Makes the folders that we write to. Unavailable, naming the folder, if one cannot be made or written to. */
function prepareFolders(config: Config): void {
  for (const folder of new Set([config.web.dataDir, ...foldersOf(config.backends)])) {
    try {
      mkdirSync(folder, { recursive: true })
      accessSync(folder, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw new Unavailable(`cannot write to ${folder}: ${messageOf(error).split(',')[0]}`)
    }
  }
}

/**
 * Opens everything outside the process. On the embedded broker, where workers declare nothing, the queues of
 * every configured release and arch are made.
 */
export async function openInstallation(config: Config, log: Log): Promise<Backends & AsyncDisposable> {
  prepareFolders(config)
  const backends = await openBackends(config.backends, log)
  await noteFirstOpening(backends)
  if (makesQueues(config.backends)) {
    const queues = allQueues(config.web.releases, config.web.arches).map(queueName)
    await backends.broker.declareQueues(queues).catch(async error => {
      await backends[Symbol.asyncDispose]()
      throw error
    })
  }
  return backends
}

/** What of the configuration the daemons know. */
export function daemonSettings(config: Config): DaemonSettings {
  const { releases, arches, baseUrl } = config.web
  return { releases, arches, baseUrl, ...config.daemons }
}
