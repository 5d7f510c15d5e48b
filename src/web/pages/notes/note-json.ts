import type { Note, NoteChange, NoteText } from '../../../domain/note/note.ts'
import { noteLinks } from '../../../domain/note/note-links.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { links } from '../../links.ts'

const said = ({ text, arches, untilPass }: NoteText) => ({ text, arches, until_pass: untilPass })

const runOf = ({ test, runId, ...note }: Note): RunKey | undefined =>
  test === undefined || runId === undefined ? undefined : { package: note.package, ...test, runId }

/** A note as programs see it. */
export function noteObject(note: Note, baseUrl: string) {
  const { id, kind, author, made, changed, edits, state, ended, failure, test, subtest } = note
  const run = runOf(note)
  return {
    ...{ id, at: kind, state },
    ...{ package: note.package, release: test?.release ?? null, arch: test?.arch ?? null },
    run: run === undefined ? null : baseUrl + links.run(run),
    subtest: kind === 'subtest' ? subtest : null,
    failure:
      failure === undefined
        ? null
        : {
            ...{ address: failure.address, text: failure.text, line: failure.line },
            url: baseUrl + links.failure(failure),
          },
    ...said(note),
    links: noteLinks(note.text).map(({ name, href }) => ({ name, url: href })),
    ...{ author, made: made.toISOString(), changed: changed.toISOString(), edits },
    ended: ended?.at.toISOString() ?? null,
    ended_by: ended?.run === undefined ? null : baseUrl + links.run(ended.run),
    url: baseUrl + links.note({ id }),
  }
}

/** One step of its history. */
export function changeObject({ change, name, at, ...text }: NoteChange) {
  return { change, by: name || null, at: at.toISOString(), ...said(text) }
}
