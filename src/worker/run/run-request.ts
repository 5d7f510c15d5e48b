import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BadInput, messageOf } from '../../domain/errors.ts'
import { EXIT_TESTBED_FAILED } from '../../domain/run/verdict.ts'
import type { Log } from '../../log.ts'
import { OUT } from '../results/finish-run.ts'
import { NEVER_RUN, writeReason } from '../results/result-files.ts'
import type { SpoolEntry } from '../spool.ts'
import type { WorkerRequest } from '../worker-request.ts'
import { autopkgtestCommand, type CommandSettings } from './autopkgtest-command.ts'
import { readPackageList } from './package-patterns.ts'
import { aptLogin, aptSources, fetchPpaKey, type PpaPlaces } from './ppa.ts'
import { ERRORS, runAutopkgtest } from './run-autopkgtest.ts'

/** The part of the configuration that tests need. */
export interface RunSettings {
  readonly autopkgtest: string
  readonly command: CommandSettings
  readonly ppas: PpaPlaces
  /** Files of patterns; see `parsePackageList`. */
  readonly lists: {
    readonly neverRun: string | undefined
    readonly longTests: string | undefined
    readonly bigPackages: string | undefined
  }
  /** The maximum duration of one run. */
  readonly limitMs: number
}

/** The outcome of a request. */
export interface Ended {
  readonly done: true
  readonly exitcode: number
  readonly seconds: number
  /** Where autopkgtest has not found it. */
  readonly version?: string
}

/** Nothing was found out about the package: the request is to be tried again. */
interface NotRun {
  readonly done: false
  readonly reason: string
}

export type RunEnding = Ended | NotRun

/** autopkgtest's own failure: its other codes tell something about the package or the testbed (autopkgtest(1)). */
const CRASHED = 1

/** Fetches the keys of PPAs and puts them, with the logins of private ones, where the testbed gets them from. */
async function preparePpas(
  { ppas, release }: WorkerRequest,
  folder: string,
  places: PpaPlaces,
): Promise<{ copies: string[]; sources: string[] }> {
  const copies: string[] = []
  for (const ppa of ppas) {
    const name = `autopkgtest-${ppa.owner}-${ppa.name}`
    const key = join(folder, `${name}.asc`)
    await writeFile(key, await fetchPpaKey(ppa, places))
    copies.push(`${key}:/etc/apt/trusted.gpg.d/${name}.asc`)
    const login = aptLogin(ppa, places)
    if (login === undefined) continue
    const file = join(folder, `${name}.conf`)
    await writeFile(file, login, { mode: 0o600 })
    copies.push(`${file}:/etc/apt/auth.conf.d/${name}.conf`)
  }
  return { copies, sources: ppas.flatMap(ppa => aptSources(ppa, release, places)) }
}

async function refuse(outDir: string): Promise<Ended> {
  await mkdir(outDir)
  await writeReason(outDir, NEVER_RUN.log)
  return { done: true, exitcode: NEVER_RUN.exitcode, seconds: 0, version: NEVER_RUN.version }
}

/** A run of which nothing is known except that it failed, in the format that autopkgtest uses for this. */
export async function failTestbed(outDir: string, reason: string): Promise<Ended> {
  await rm(outDir, { recursive: true, force: true })
  await mkdir(outDir)
  const time = new Date().toISOString().slice(11, 19)
  await writeReason(
    outDir,
    `autopkgtest [${time}]: ERROR: testbed failure: ${reason}\n`,
    `testbed failure: ${reason}\n`,
  )
  return { done: true, exitcode: EXIT_TESTBED_FAILED, seconds: 0 }
}

/**
 * Runs a request into the folder `out` of its entry; `onStart` is called with the log's name when the test begins.
 * Throws Unavailable if autopkgtest cannot be started.
 */
export async function runRequest(
  entry: SpoolEntry,
  request: WorkerRequest,
  settings: RunSettings,
  log: Log,
  onStart: (logFile: string) => void,
): Promise<RunEnding> {
  const outDir = join(entry.folder, OUT)
  const [never, long, big] = await Promise.all(
    [settings.lists.neverRun, settings.lists.longTests, settings.lists.bigPackages].map(readPackageList),
  )
  if (never?.has(request)) return refuse(outDir)
  let ppas: Awaited<ReturnType<typeof preparePpas>>
  try {
    ppas = await preparePpas(request, entry.folder, settings.ppas)
  } catch (error) {
    if (!(error instanceof BadInput)) return { done: false, reason: messageOf(error) }
    return failTestbed(outDir, error.message)
  }
  const place = { outDir, isLong: long?.has(request) ?? false, isBig: big?.has(request) ?? false, ...ppas }
  const args = autopkgtestCommand(request, settings.command, place)
  onStart(join(outDir, 'log'))
  const { autopkgtest, limitMs } = settings
  const ending = await runAutopkgtest({ program: autopkgtest, args, folder: entry.folder, limitMs })
  const hasLog = await stat(join(outDir, 'log')).then(
    () => true,
    () => false,
  )
  if (hasLog && ending.exitcode !== CRASHED) return { done: true, ...ending }
  const errors = await readFile(join(entry.folder, ERRORS), 'utf8')
  log.error({ exitcode: ending.exitcode, errors: errors.slice(-2000) }, 'autopkgtest itself failed')
  return { done: false, reason: `autopkgtest itself failed with status ${ending.exitcode}` }
}
