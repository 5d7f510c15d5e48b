import type { Store } from '../../backends/store/store.ts'
import { isDamage, readLogFile } from '../../contracts/files/log-file.ts'
import type { LogIndex } from '../../domain/log/log-index.ts'
import { LogIndexer } from '../../domain/log/log-sections.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** Real logs are some 12 MB; one that is packed beyond reason is followed no further. */
const LONGEST = 2 ** 30

/**
 * Makes the index of a run's log as it streams in, in bounded memory. One that is cut or damaged is indexed as far
 * as it can be read. Undefined if there is no log, or none of it can be read.
 */
export async function indexLog(
  store: Pick<Store, 'get'>,
  run: RunKey,
  signal: AbortSignal,
  longest: number = LONGEST,
): Promise<LogIndex | undefined> {
  const object = await store.get(distributionContainer(run.release), `${runDirectory(run)}/log.gz`, {
    signal,
    hash: false,
  })
  if (object === undefined) return undefined
  const indexer = new LogIndexer()
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
  return indexer.end()
}
