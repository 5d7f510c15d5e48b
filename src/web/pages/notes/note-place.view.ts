import type { Note } from '../../../domain/note/note.ts'
import { links } from '../../links.ts'
import { runTime } from '../../ui/facts/time.ts'
import { shownText } from '../../ui/markup/control-characters.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'

/**
 * Where a note stands, as ways there; a release that is removed takes no note with it, so they may lead to nothing.
 */
export function NotePlaceView({
  note: { kind, test, runId, subtest, failure, ...note },
}: {
  readonly note: Note
}): Markup {
  const name = note.package
  const ofTest =
    test && markup` <a href="${links.test({ package: name, ...test })}">${test.release} ${test.arch}</a>`
  const ofRun =
    test &&
    runId &&
    markup`, <a href="${links.run({ package: name, ...test, runId })}">run of ${runTime(runId)}</a>`
  const line =
    failure &&
    markup`<br/><a href="${links.failure(failure)}"><code>${shownText(failure.line.text)}</code></a>`
  const ofSubtest = kind === 'subtest' && subtest !== '' && ` ${shownText(subtest)}`
  return markup`
    <p class="note-place">
      <a href="${links.package({ package: name })}">${name}</a>${ofTest}${ofSubtest}${ofRun}${line}
    </p>
  `
}
