import type { Store } from '../../backends/store/store.ts'
import { isDamage, readLogFile } from '../../contracts/files/log/log-file.ts'
import { NovelLineFinder, type NovelLines } from '../../domain/compare/novel-lines.ts'
import { LineSplitter } from '../../domain/log/log-lines.ts'
import { LogIndexer } from '../../domain/log/log-sections.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasPassed, verdictOf } from '../../domain/run/verdict.ts'
import { inTurns, turn } from '../../domain/time/turns.ts'
import type { Side } from './compared-testbeds.ts'

/** The lines in the log of the failed run that the other log does not have. */
export type ComparedLogs =
  | ({ readonly state: 'known'; readonly of: Side } & NovelLines)
  /** Nothing failed in either run, or not in a test. */
  | { readonly state: 'no failure' }
  /** That run has no readable log. */
  | { readonly state: 'no log'; readonly of: Side }

/** The number of lines that are shown. */
const MOST_LINES = 200
/** Real logs have about 12 MB; the rest of a longer one is ignored. */
const MOST_BYTES = 256 * 1024 * 1024
/**
 * The number of bytes that are read in one turn: a few milliseconds even if each line is examined closely.
 */
const AT_ONCE = 16 * 1024
/** The number of bytes that are kept of a line. */
const LINE = 8192

/**
 * Compares the logs of two runs, each of which is read once. The later run counts as the failed one, unless
 * it passed. Errors of the store are thrown.
 */
export async function comparedLogs(
  store: Pick<Store, 'get'>,
  runs: Readonly<Record<Side, Run>>,
  signal: AbortSignal,
): Promise<ComparedLogs> {
  const failed = (['to', 'from'] as const).find(side => !hasPassed(verdictOf(runs[side].exitcode)))
  if (failed === undefined) return { state: 'no failure' }
  const other = failed === 'to' ? 'from' : 'to'
  const finder = new NovelLineFinder()
  const indexer = new LogIndexer((line, section, part) => finder.follow(line, section, part))
  if (!(await readLog(store, runs[failed], indexer, signal))) return { state: 'no log', of: failed }
  if (!finder.chooseFailed(indexer.end())) return { state: 'no failure' }
  const splitter = new LineSplitter(line => finder.other(line), LINE)
  if (!(await readLog(store, runs[other], splitter, signal))) return { state: 'no log', of: other }
  splitter.end()
  return { state: 'known', of: failed, ...(await inTurns(finder.novel(MOST_LINES), signal)) }
}

/** Whether there is a readable log; a truncated or damaged one is read as far as possible. */
async function readLog(
  store: Pick<Store, 'get'>,
  run: Run,
  reader: { push(chunk: Uint8Array): void },
  signal: AbortSignal,
): Promise<boolean> {
  const name = `${runDirectory(run)}/log.gz`
  const log = await store.get(distributionContainer(run.release), name, { signal, hash: false })
  if (log === undefined) return false
  let bytes = 0
  try {
    for await (const chunk of readLogFile(log.body, AT_ONCE)) {
      signal.throwIfAborted()
      reader.push(chunk)
      bytes += chunk.length
      if (bytes >= MOST_BYTES) break
      await turn()
    }
  } catch (error) {
    if (!isDamage(error)) throw error
  } finally {
    log.body.destroy()
  }
  return bytes > 0
}
