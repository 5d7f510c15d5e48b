import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runDirectory } from '../../src/domain/run/container.ts'
import type { Run } from '../../src/domain/run/run.ts'

/**
 * The message with which a worker reports that a run is complete, with its oddities: whole files, null for unknown.
 */
export function completionOf(run: Run, fields: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    architecture: run.arch,
    container: `autopkgtest-${run.release}`,
    duration: `${run.duration}\n`,
    exitcode: run.exitcode,
    package: run.package,
    testpkg_version: run.version,
    release: run.release,
    requester: run.requester ? `${run.requester}\n` : null,
    swift_dir: runDirectory(run),
    triggers: run.triggers,
    env: run.env,
    ...fields,
  })
}

/** A message that a worker really sent or took; `run` is the folder of its run. */
export interface RecordedMessage {
  readonly run: string
  readonly exchange?: string
  readonly queue?: string
  readonly body: string
}

/** Messages of a real worker: our selection, or all of a larger collection in the same format. */
export function recordedMessages(
  file: string = join(import.meta.dirname, '../fixtures/messages/worker.jsonl'),
): RecordedMessage[] {
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as RecordedMessage)
}
