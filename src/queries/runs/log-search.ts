import type { Store } from '../../backends/store/store.ts'
import { isDamage, readLogFile } from '../../contracts/files/log/log-file.ts'
import { LineSplitter } from '../../domain/log/log-lines.ts'
import { type LineQuery, LineSearch } from '../../domain/log/search/search-lines.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'
import { turn } from '../../domain/time/turns.ts'

/** The number of matches on one page. */
const MOST = 200
/** Real logs have about 12 MB; the rest of a longer one is not searched. */
const MOST_BYTES = 256 * 1024 * 1024
/**
 * The number of bytes that are searched in one turn: searching for a text is fast, a pattern is followed
 * character by character.
 */
const AT_ONCE = { text: 32 * 1024, pattern: 4 * 1024 }
const LINE = 8192

/**
 * Searches the log of a run while it is read from the store. Undefined if there is none; throws BadInput for
 * an invalid pattern.
 */
export async function searchLog(
  store: Pick<Store, 'get'>,
  run: RunKey,
  query: LineQuery,
  signal: AbortSignal,
): Promise<LineSearch | undefined> {
  const search = new LineSearch(query, MOST)
  const log = await store.get(distributionContainer(run.release), `${runDirectory(run)}/log.gz`, {
    signal,
    hash: false,
  })
  if (log === undefined) return undefined
  const splitter = new LineSplitter(line => search.line(line), LINE)
  let bytes = 0
  try {
    for await (const chunk of readLogFile(log.body, query.isPattern ? AT_ONCE.pattern : AT_ONCE.text)) {
      signal.throwIfAborted()
      splitter.push(chunk)
      bytes += chunk.length
      if (bytes >= MOST_BYTES) search.isCut = true
      if (search.isCut) break
      await turn()
    }
  } catch (error) {
    if (!isDamage(error)) throw error
    // The last line too, as far as it goes
    splitter.end()
    search.isCut = true
  } finally {
    log.body.destroy()
  }
  if (!search.isCut) splitter.end()
  return search
}
