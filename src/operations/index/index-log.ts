import type { Store } from '../../backends/store/store.ts'
import { isDamage, readLogFile } from '../../contracts/files/log/log-file.ts'
import type { Failure, KnownOfRun } from '../../domain/log/failure/failure.ts'
import { FailureFinder } from '../../domain/log/failure/failure-finder.ts'
import type { LogIndex } from '../../domain/log/log-index.ts'
import { LogIndexer } from '../../domain/log/log-sections.ts'
import { cutName } from '../../domain/run/bounded-subtests.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** Real logs are some 12 MB; one that is packed beyond reason is followed no further. */
const LONGEST = 2 ** 30

/** What one reading of a log tells. */
export interface IndexedLog {
  readonly index: LogIndex
  /** Why the tests in it failed, as far as it could be read; their names cut as those of subtests are. */
  readonly failures: readonly Failure[]
}

/**
 * Builds the index of a run's log and finds its failures while it is streamed, in bounded memory. A truncated or
 * damaged log is read as far as possible. Returns undefined if there is no log, or none of it can be read.
 * @param known what other files of the run say of it
 */
export async function indexLog(
  store: Pick<Store, 'get'>,
  run: RunKey,
  known: KnownOfRun,
  signal: AbortSignal,
  longest: number = LONGEST,
): Promise<IndexedLog | undefined> {
  const object = await store.get(distributionContainer(run.release), `${runDirectory(run)}/log.gz`, {
    signal,
    hash: false,
  })
  if (object === undefined) return undefined
  const finder = new FailureFinder()
  const indexer = new LogIndexer((line, section, part) => finder.line(line, section, part))
  let bytes = 0
  try {
    for await (const chunk of readLogFile(object.body)) {
      indexer.push(chunk)
      bytes += chunk.length
      if (bytes >= longest) break
    }
  } catch (error) {
    // A transfer that broke off is tried again; what is damaged in the store stays so
    if (!isDamage(error)) throw error
    if (bytes === 0) return undefined
  }
  const index = indexer.end()
  const failures = finder.failures(known).map(failure => ({ ...failure, test: cutName(failure.test) }))
  return { index, failures }
}
