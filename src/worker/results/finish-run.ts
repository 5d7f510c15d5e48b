import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { isPrivateRequest } from '../../domain/request/request-redaction.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { FinishedRun, SpoolEntry } from '../spool.ts'
import { completionMessage } from '../status-messages.ts'
import type { WorkerRequest } from '../worker-request.ts'
import { packResult } from './pack-result.ts'
import { completeFiles } from './result-files.ts'

/** The parts of an entry's folder. */
export const OUT = 'out'
export const UPLOAD = 'upload'

/** The release's own container, that of the last PPA, or a private one of the same name. */
export function containerOf(request: WorkerRequest): string {
  const ppa = request.ppas.at(-1)
  const own = distributionContainer(request.release) + (ppa === undefined ? '' : `-${ppa.owner}-${ppa.name}`)
  return isPrivateRequest(request.params) ? `private-${own}` : own
}

/** The time at which a run ended, and five digits that whoever queued the request knows in advance. */
export function runIdOf(request: WorkerRequest, body: Uint8Array, ended: Date): string {
  const hash = createHash('sha1')
    .update(body)
    .update(request.arch + request.release)
  const time = ended.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
  return `${time}_${hash.digest('hex').slice(0, 5)}@`
}

/** Turns the files of a run that has ended into the files to upload and the messages to send. */
export async function finishRun(
  entry: SpoolEntry,
  request: WorkerRequest,
  ending: { readonly exitcode: number; readonly seconds: number; readonly version?: string },
  ended: Date,
): Promise<FinishedRun> {
  const outDir = join(entry.folder, OUT)
  const completed = await completeFiles(outDir, request, ending)
  const objects = await packResult(outDir, join(entry.folder, UPLOAD), completed.looseTestinfo)
  const container = containerOf(request)
  const runId = runIdOf(request, entry.body, ended)
  const directory = runDirectory({ ...request, runId })
  return {
    container,
    directory,
    objects,
    isPublic: !isPrivateRequest(request.params),
    reader: request.swiftuser,
    completion: completionMessage(request, completed, { container, directory }),
  }
}
