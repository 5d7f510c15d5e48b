import { createReadStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { openStore } from '../../../backends/index.ts'
import { restoreDatabases, resultsFile } from '../../../backends/restore.ts'
import type { Store } from '../../../backends/store/store.ts'
import { parseStateDump, type StateRow } from '../../../contracts/files/state-dump.ts'
import { BadInput, Conflict } from '../../../domain/errors.ts'
import { backupDatabases } from '../../../operations/backups/backup-databases.ts'
import {
  chooseBackup,
  fetchBackup,
  listBackups,
  RESULTS_BACKUPS,
  STATE_BACKUPS,
} from '../../../operations/backups/stored-backups.ts'
import { type CommonOptions, describeCommand } from '../../runtime/command.ts'
import { loadConfig } from '../../runtime/load-config.ts'
import { commandLog, openInstallation } from '../../runtime/open.ts'
import { onShutdown } from '../../runtime/shutdown.ts'

interface BackupOptions extends CommonOptions {
  readonly json?: true
}

interface RestoreFlags extends CommonOptions {
  readonly list?: true
  readonly force?: true
  readonly only?: 'results' | 'state'
}

async function backup(options: BackupOptions): Promise<void> {
  const signal = onShutdown()
  await using backends = await openInstallation(loadConfig({ file: options.config }), commandLog('warn'))
  const made = await backupDatabases(backends, new Date(), signal)
  if (made === undefined) throw new Conflict('another process is making a backup')
  const { results, state, removed } = made
  process.stdout.write(
    options.json
      ? `${JSON.stringify(made)}\n`
      : `${RESULTS_BACKUPS.container}/${results}\n${STATE_BACKUPS.container}/${state}\n${removed} old ones removed\n`,
  )
}

async function restore(when: string | undefined, options: RestoreFlags): Promise<void> {
  const config = loadConfig({ file: options.config })
  const log = commandLog('warn')
  const store = openStore(config.backends.store, log)
  try {
    if (options.list) return await list(store)
    const { databases } = config.backends
    const now = new Date()
    const results =
      options.only === 'state' ? undefined : await chooseBackup(store, RESULTS_BACKUPS, when, now)
    const state = options.only === 'results' ? undefined : await chooseBackup(store, STATE_BACKUPS, when, now)
    const copies = {
      results: `${resultsFile(databases)}.backup`,
      state: `${resultsFile(databases)}.state-backup`,
    }
    try {
      await mkdir(dirname(copies.results), { recursive: true })
      if (results !== undefined) await fetchBackup(store, RESULTS_BACKUPS, results, copies.results)
      if (state !== undefined) await fetchBackup(store, STATE_BACKUPS, state, copies.state)
      const restored = {
        results: results && copies.results,
        state: state === undefined ? undefined : readDump(copies.state),
      }
      await restoreDatabases(databases, restored, { force: options.force ?? false, log })
    } finally {
      for (const copy of Object.values(copies)) await rm(copy, { force: true })
    }
    for (const name of [results, state]) if (name !== undefined) process.stdout.write(`restored ${name}\n`)
    process.stderr.write('runs that ended since: autopkgtest-web download-all-results\n')
  } finally {
    await store.close()
  }
}

async function list(store: Store): Promise<void> {
  for (const kind of [RESULTS_BACKUPS, STATE_BACKUPS]) {
    for (const name of await listBackups(store, kind)) process.stdout.write(`${kind.container}/${name}\n`)
  }
}

async function* readDump(file: string): AsyncGenerator<StateRow> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  try {
    yield* parseStateDump(lines)
  } catch (error) {
    if (error instanceof BadInput) throw error
    throw new BadInput(`the backup of the state is damaged: ${(error as Error).message}`)
  }
}

export function backupCommand(): Command {
  return describeCommand({
    name: 'backup',
    summary: 'Store a compressed copy of the databases in the object store. The service may keep running.',
    examples: ['autopkgtest-web db backup'],
  })
    .option('--json', 'print one JSON object')
    .action(backup)
}

export function restoreCommand(): Command {
  return describeCommand({
    name: 'restore',
    summary: 'Replace the databases with a backup, while nothing else is running.',
    examples: [
      'autopkgtest-web db restore --list',
      'autopkgtest-web db restore',
      'autopkgtest-web db restore 2026/11/22/03 --only state --force',
    ],
  })
    .argument('[when]', 'the beginning of its name (default: the newest)')
    .option('--list', 'print the names of all backups')
    .option('--force', 'even if data is lost by it')
    .addOption(new Option('--only <database>', 'only this part').choices(['results', 'state']))
    .action(restore)
}
