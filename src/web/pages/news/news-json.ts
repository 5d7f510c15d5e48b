import { verdictOf } from '../../../domain/run/verdict.ts'
import { splitTriggers } from '../../../domain/trigger/trigger.ts'
import type { NewsItem } from '../../../queries/runs/news.ts'
import { links } from '../../links.ts'
import { newsId } from './news-id.ts'

/** A test that turned, for programs. @param base where people reach the site */
export function newsJson({ run, before, from, to, learned, failure }: NewsItem, base: string) {
  return {
    id: newsId(run),
    ...{ package: run.package, release: run.release, arch: run.arch },
    ...{ from, to, run_id: run.runId, result: verdictOf(run.exitcode), exitcode: run.exitcode },
    ...{ version: run.version, triggers: splitTriggers(run.triggers), requester: run.requester ?? '' },
    failure: failure === undefined ? null : failure.line.text,
    before: { run_id: before.runId, result: verdictOf(before.exitcode), version: before.version },
    learned,
    url: base + links.run(run),
  }
}
