import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EXIT_NEVER_RUN } from '../../domain/run/verdict.ts'
import { readTestedVersion } from '../../domain/version/tested-version.ts'
import type { RunOutcome } from '../status-messages.ts'
import type { WorkerRequest } from '../worker-request.ts'

/** The files of a test on the list of tests that are never run. */
export const NEVER_RUN = {
  exitcode: EXIT_NEVER_RUN,
  version: 'blacklisted',
  log: 'This package is marked to never run. To get the entry removed, contact a member of the Ubuntu Release Team.',
}

/** Replaces an existing file: a test may have put a link in its place. */
async function write(outDir: string, name: string, content: string): Promise<void> {
  const file = join(outDir, name)
  await rm(file, { recursive: true, force: true })
  await writeFile(file, content, { flag: 'wx', mode: 0o644 })
}

async function readText(outDir: string, name: string): Promise<string | undefined> {
  return readFile(join(outDir, name), 'utf8').catch(() => undefined)
}

/** In the format of Python's `json.dump(…, indent=1)`. */
function testinfoOf({ triggers }: WorkerRequest): string {
  const environment = triggers.length > 0 ? [`ADT_TEST_TRIGGERS=${triggers.join(' ')}`] : []
  return JSON.stringify({ custom_environment: environment }, null, 1)
}

/** An outcome for which all files exist. */
export interface Completed extends RunOutcome {
  /** There is a `testinfo.json` beside the archives: a run that was killed has made none for them. */
  readonly looseTestinfo: boolean
}

/**
 * Adds to autopkgtest's files the other facts of a result: its exit code, its duration, its requester. A run that
 * ended before its version was known gets the version `unknown`.
 */
export async function completeFiles(
  outDir: string,
  request: WorkerRequest,
  {
    exitcode,
    seconds,
    version,
  }: { readonly exitcode: number; readonly seconds: number; readonly version?: string },
): Promise<Completed> {
  const duration = `${seconds}\n`
  const requester = request.requester === undefined ? null : `${request.requester}\n`
  const hadTestinfo = (await readText(outDir, 'testinfo.json')) !== undefined
  let tested = await readText(outDir, 'testpkg-version')
  const hadVersion = tested !== undefined
  if (tested === undefined) {
    tested = `${request.package} ${version ?? 'unknown'}`
    await write(outDir, 'testpkg-version', tested)
    if (!hadTestinfo) await write(outDir, 'testinfo.json', testinfoOf(request))
  }
  await write(outDir, 'exitcode', `${exitcode}\n`)
  await write(outDir, 'duration', duration)
  if (requester !== null) await write(outDir, 'requester', requester)
  if (request.readableBy.length > 0) await write(outDir, 'readable-by', request.readableBy.join('\n'))
  return {
    exitcode,
    duration,
    requester,
    version: readTestedVersion(tested) ?? 'unknown',
    looseTestinfo: hadVersion && !hadTestinfo,
  }
}

/**
 * The files of a run that was never started, or whose worker was lost: they tell the reason, in the log and wherever
 * else it is looked for.
 */
export async function writeReason(outDir: string, log: string, summary?: string): Promise<void> {
  await write(outDir, 'log', log)
  if (summary !== undefined) await write(outDir, 'summary', summary)
}
