import { createHash, randomBytes } from 'node:crypto'
import type { NewNote, NoteWriter } from '../../src/backends/state/notes.ts'
import { SIGNATURE_RULES, signatureAddress, signatureText } from '../../src/domain/log/failure/signature.ts'
import type { NotedFailure } from '../../src/domain/note/note.ts'

/** Joe, on a page. */
export const BY_JOE: NoteWriter = { requester: 'joe', source: 'page', address: '192.0.2.1' }

/** The failure of a log line, as a note stores it. */
export function aNotedFailure(line: string, number = 12): NotedFailure {
  const text = signatureText(line)
  const sha256 = (of: string) => createHash('sha256').update(of).digest('hex')
  return {
    ...{ address: signatureAddress(text, sha256), text, rules: SIGNATURE_RULES },
    line: { number, text: line },
  }
}

/** A note about the package hello, unless it says otherwise. */
export function aNote(changes: Partial<NewNote> = {}): NewNote {
  return {
    id: randomBytes(6).toString('hex'),
    kind: 'package',
    package: 'hello',
    test: undefined,
    runId: undefined,
    subtest: '',
    failure: undefined,
    text: 'Known: LP: #2051234',
    arches: [],
    untilPass: false,
    ...changes,
  }
}
