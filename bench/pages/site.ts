import { createReadStream, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { makeQueued, makeRunning } from '../../scripts/generate/snapshots.ts'
import { distributionContainer, runDirectory } from '../../src/domain/run/container.ts'
import type { RunKey } from '../../src/domain/test/test.ts'
import { longLog } from '../../test/e2e/long-log.ts'
import { type SiteProgram, startSite } from '../../test/e2e/program.ts'
import { writeSiteConfig } from '../../test/e2e/site-config.ts'
import { ARCHES, aWorld, END, RELEASES } from '../lib/databases.ts'

/** The waiting and running tests while pages are requested. */
export interface LiveState {
  readonly queued: number
  readonly running: number
}

/** A website over a generated database, alone in its process. */
export interface Site extends SiteProgram {
  /** The folder of its live files. */
  readonly data: string
  stop(): Promise<void>
}

/** The location of the rows: the folder of SQLite files, or a PostgreSQL database that has them already. */
export type Database = { readonly folder: string } | { readonly url: string }

/**
 * Starts a website with this many waiting and running tests; `logs` are runs that get a log of 1 MB and one of 12 MB.
 */
export async function startPages(
  database: Database,
  live: LiveState,
  logs: { readonly short: RunKey; readonly long: RunKey },
): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-pages-'))
  const data = join(folder, 'data')
  mkdirSync(data)
  if ('folder' in database) {
    // SQLite follows the links before it names its log: the files may be shared with another run
    for (const name of ['autopkgtest.db', 'derived.db'])
      symlinkSync(join(database.folder, name), join(data, name))
    await readOnce(join(database.folder, 'autopkgtest.db'), join(database.folder, 'derived.db'))
  }
  writeLive(data, live)
  const store = join(folder, 'store')
  const log = longLog().bytes
  writeLog(store, logs.short, log.subarray(0, 1_000_000))
  writeLog(store, logs.long, log)
  const config = writeSiteConfig({
    folder,
    releases: RELEASES,
    arches: ARCHES,
    store: { path: store },
    ...('url' in database ? { database: database.url } : {}),
  })
  const program = await startSite('serve', '--config', config)
  return {
    ...program,
    data,
    async stop() {
      await program.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Makes the system cache files for which the first pages would have to wait, as it has those of a site in use. */
async function readOnce(...files: readonly string[]): Promise<void> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  for (const file of files) await pipeline(createReadStream(file, CHUNKS), nowhere, { end: false })
}

const CHUNKS = { highWaterMark: 1024 * 1024 }

function writeLive(data: string, { queued, running }: LiveState): void {
  const write = (name: string, value: unknown) => writeFileSync(join(data, name), JSON.stringify(value))
  write('queued.json', makeQueued(aWorld(), queued, END))
  write('running.json', makeRunning(aWorld(), running, END, 2048))
  const counts = { numpkgs: 15_000, numpkgspass: 13_000, passruns: 400_000, failruns: 90_000 }
  const perArch = Object.fromEntries(ARCHES.map(arch => [arch, counts]))
  write('stats.json', Object.fromEntries(RELEASES.map(release => [release, perArch])))
}

function writeLog(store: string, run: RunKey, bytes: Uint8Array): void {
  const file = join(store, distributionContainer(run.release), runDirectory(run), 'log.gz')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, gzipSync(bytes))
}
