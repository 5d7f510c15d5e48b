import type { Store } from '../../backends/store/store.ts'
import { isDamage, readLogFile } from '../../contracts/files/log-file.ts'
import { NovelLineFinder, type NovelLines } from '../../domain/compare/novel-lines.ts'
import { LineSplitter } from '../../domain/log/log-lines.ts'
import { LogIndexer } from '../../domain/log/log-sections.ts'
import { distributionContainer, runDirectory } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { hasPassed, verdictOf } from '../../domain/run/verdict.ts'
import { inTurns, turn } from '../../domain/time/turns.ts'
import type { Side } from './compared-testbeds.ts'

/** The lines that the log of the run that failed has, and the other's has not. */
export type ComparedLogs =
  | ({ readonly state: 'known'; readonly of: Side } & NovelLines)
  /** Nothing failed in either, or not in a test. */
  | { readonly state: 'no failure' }
  /** That run has no log that can be read. */
  | { readonly state: 'no log'; readonly of: Side }

/** Lines that are shown. */
const MOST_LINES = 200
/** Real logs are some 12 MB; of longer ones the rest is left out. */
const MOST_BYTES = 256 * 1024 * 1024
/** So much is looked at in a turn: a few milliseconds even where each line is looked at closely. */
const AT_ONCE = 16 * 1024
/** What is kept of a line. */
const LINE = 8192

/**
 * Compares the logs of two runs, each of which is read once. The failed one is the later, unless that passed.
 * An error of the store is thrown.
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

/** Whether there is a log of which something can be read; of one that is cut or damaged it is as much as that. */
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
