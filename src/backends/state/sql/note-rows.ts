import type { Selectable } from 'kysely'
import type { Note, NoteChange, NoteChangeKind, NoteKind, NoteText } from '../../../domain/note/note.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import type { NewNote, NoteWriter } from '../notes.ts'
import type { StateTables } from './tables.ts'

/** The contents of a note, as stored in both of its tables. */
export const textColumns = ({ text, arches, untilPass }: NoteText) => ({
  text,
  arches: JSON.stringify(arches),
  until_pass: untilPass ? 1 : 0,
})

const textOf = (row: Pick<StateTables['note'], 'text' | 'arches' | 'until_pass'>): NoteText => ({
  text: row.text,
  arches: JSON.parse(row.arches) as string[],
  untilPass: row.until_pass === 1,
})

/** The row of a new note. */
export function noteRow(note: NewNote, by: NoteWriter, now: Date): StateTables['note'] {
  const { id, kind, test, runId, subtest, failure } = note
  return {
    ...{ id, kind, package: note.package, subtest },
    release: test?.release ?? '',
    arch: test?.arch ?? '',
    run_id: runId ?? '',
    signature: failure?.address ?? '',
    signature_text: failure?.text ?? '',
    rules: failure?.rules ?? 0,
    line_number: failure?.line.number ?? 0,
    line: failure?.line.text ?? '',
    ...textColumns(note),
    ...{ author: by.requester, made: now.getTime(), changed: now.getTime(), edits: 0 },
    ...{ state: 'open', ended: null, ended_by: null },
  }
}

export function noteOf(row: Selectable<StateTables['note']>): Note {
  return {
    ...{ id: row.id, kind: row.kind as NoteKind, package: row.package, subtest: row.subtest },
    test: row.release === '' ? undefined : { release: row.release, arch: row.arch },
    runId: row.run_id === '' ? undefined : row.run_id,
    failure:
      row.signature === ''
        ? undefined
        : {
            ...{ address: row.signature, text: row.signature_text, rules: row.rules },
            line: { number: row.line_number, text: row.line },
          },
    ...textOf(row),
    ...{ author: row.author, made: new Date(row.made), changed: new Date(row.changed), edits: row.edits },
    state: row.state as Note['state'],
    ended:
      row.ended === null
        ? undefined
        : {
            at: new Date(row.ended),
            run: row.ended_by === null ? undefined : (JSON.parse(row.ended_by) as RunKey),
          },
  }
}

export function changeOf(row: Selectable<Omit<StateTables['note_change'], 'number'>>): NoteChange {
  return { change: row.change as NoteChangeKind, name: row.name, at: new Date(row.at), ...textOf(row) }
}
