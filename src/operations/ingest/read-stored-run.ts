import type { Store } from '../../backends/store/store.ts'
import { readResultTar } from '../../contracts/files/result-tar.ts'
import { BadInput } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { LONGEST_TRIGGERS, splitTriggers } from '../../domain/trigger/trigger.ts'
import { readLogHead } from './read-log-head.ts'

export interface ReadRunOptions {
  /** Whether the log is read for env, and for triggers where `result.tar` has none. */
  readonly logHeads: boolean
  readonly signal: AbortSignal
}

/** {@link readStoredRun} from some store, here or in a thread. */
export type ReadRun = (container: string, key: RunKey, options: ReadRunOptions) => Promise<Run | undefined>

/** Completions with more characters are also refused. */
const LONGEST = { version: 300, triggers: LONGEST_TRIGGERS, env: 10_000 }

/**
 * Reads the row of a run from its files: the same that its completion made. Undefined for a run without triggers,
 * which no completion records either. BadInput if `result.tar` cannot be read, has no exit code,
 * or more in it than a row may have.
 */
export async function readStoredRun(
  store: Pick<Store, 'get'>,
  container: string,
  key: RunKey,
  { logHeads, signal }: ReadRunOptions,
): Promise<Run | undefined> {
  const object = await store.get(container, `${runDirectory(key)}/result.tar`, { signal, hash: false })
  if (object === undefined) throw new BadInput('result.tar was removed')
  const [result, head] = await Promise.all([
    readResultTar(object.body),
    logHeads ? readLogHead(store, container, key, signal) : undefined,
  ])
  const triggers = splitTriggers(result.triggers ?? head?.triggers).join(' ')
  if (triggers === '') return undefined
  const { version = 'unknown', duration = null, exitcode, requester = '' } = result
  const run = { ...key, version, triggers, duration, exitcode, requester, env: head?.env ?? '' }
  for (const [column, longest] of Object.entries(LONGEST)) {
    if (run[column as keyof typeof LONGEST].length > longest) throw new BadInput(`${column} is too long`)
  }
  return run
}
