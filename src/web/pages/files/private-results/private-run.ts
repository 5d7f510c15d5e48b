import { PRIVATE_CONTAINER, runDirectory } from '../../../../domain/run/container.ts'
import { looksLikeRunId } from '../../../../domain/run/run-id.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import type { RouteParams } from '../../../routes.ts'

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

/** Undefined for an address that no file has: it is 404 for everybody. */
export function readPrivateFile(asked: RouteParams<'privateFile'>): PrivateFile | undefined {
  if (Object.values(asked).some(isUnsafe)) return undefined
  const { container, prefix, file, ...run } = asked
  const folder = [run.release, run.arch, prefix, run.package, run.runId].join('/')
  const isRun = looksLikeRunId(run.runId) && runDirectory(run) === folder
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
