import { PRIVATE_CONTAINER, runDirectory } from '../../../domain/run/container.ts'
import { looksLikeRunId } from '../../../domain/run/run-id.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { pageRequest } from '../../http/request-target.ts'

/** What an address below `/private-results/` asks for. */
export interface PrivateFile {
  readonly container: string
  readonly isPrivate: boolean
  /** The folder of the run, as the address has it. */
  readonly folder: string
  readonly file: string
  /** Undefined where the folder is not one of a run. */
  readonly run: RunKey | undefined
}

/** As many segments as an address has: container, release, arch, prefix, package, run id, file. */
const SEGMENTS = 7

/** Undefined for an address that no file has: it is 404 for everybody. */
export function readPrivateFile(url: string): PrivateFile | undefined {
  const [, ...segments] = pageRequest(url)?.path ?? []
  if (segments.length !== SEGMENTS || segments.some(isUnsafe)) return undefined
  const [container = '', release = '', arch = '', , name = '', runId = '', file = ''] = segments
  const folder = segments.slice(1, -1).join('/')
  const run = { release, arch, package: name, runId }
  const isRun = looksLikeRunId(runId) && runDirectory(run) === folder
  return {
    container,
    isPrivate: container.startsWith(PRIVATE_CONTAINER),
    folder,
    file,
    run: isRun ? run : undefined,
  }
}

const isUnsafe = (segment: string): boolean =>
  segment === '' || segment === '.' || segment === '..' || /[/\\\0]/.test(segment)
