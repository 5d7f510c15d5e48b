import { verdictOf } from '../../domain/run/verdict.ts'
import type { RequestProgress } from '../../queries/requests/request-progress.ts'
import { type MarkWord, verdictMark } from './facts/verdict.ts'
import { type Markup, markup } from './markup/markup.ts'

/** The words for what no run has a word for. */
const MARKS: Readonly<Record<'claimed' | 'taken' | 'failed' | 'removed', readonly [MarkWord, string]>> = {
  claimed: ['queued', 'being queued'],
  taken: ['running', 'taken'],
  failed: ['error', 'not queued'],
  removed: ['denylisted', 'removed'],
}

/** How far a request has come, in a word. */
export function progressMark(progress: RequestProgress): Markup {
  switch (progress.state) {
    case 'queued':
    case 'running':
      return verdictMark(progress.state)
    case 'finished': {
      const { exitcode } = progress.found
      return exitcode === undefined
        ? markup`<span class="v none">finished</span>`
        : verdictMark(verdictOf(exitcode))
    }
    default: {
      const [look, word] = MARKS[progress.state]
      return markup`<span class="v ${look}">${word}</span>`
    }
  }
}
