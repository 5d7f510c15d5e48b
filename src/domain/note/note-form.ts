import { BadInput } from '../errors.ts'
import { isArchName, isPackageName, isReleaseName } from '../test/test.ts'
import { LONGEST_NOTE, MOST_NOTE_ARCHES, NOTE_KINDS, type NoteKind, type NoteText } from './note.ts'

/** Where a user wants to leave a note, as given in a form; nothing is looked up yet. */
export interface NoteTarget {
  readonly kind: NoteKind
  readonly package: string
  /** '' if it was not given. */
  readonly release: string
  readonly arch: string
  readonly runId: string
  /** Of kinds `failure` and `subtest`: the address of the signature. */
  readonly address: string
  /** Of kind `subtest`: its name; '' for a failure outside of all tests. */
  readonly subtest: string
}

const ADDRESS = /^[0-9a-f]{16}$/
const LONGEST_NAME = 500
/** Control characters that no text needs; any kind of line ending is allowed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: searched for here
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g

/**
 * Reads the place for a note: `at` is `package`, `test`, `failure:HEX16` or `subtest:HEX16:NAME`, with
 * `package`, `release`, `arch` and `run`. Throws BadInput, which names what is missing or wrong.
 */
export function readNoteTarget(fields: URLSearchParams): NoteTarget {
  const field = (name: string) => (fields.get(name) ?? '').trim()
  const [, kind = '', address = '', subtest = ''] =
    /^([a-z]{1,20})(?::([^:]{1,100})(?::(.{0,2000}))?)?$/s.exec(fields.get('at') ?? '') ?? []
  if (!isKind(kind)) throw new BadInput(`at must be one of ${NOTE_KINDS.join(', ')}.`)
  const target = {
    ...{ kind, package: field('package'), release: field('release') },
    ...{ arch: field('arch'), runId: field('run'), address, subtest },
  }
  if (!isPackageName(target.package)) throw new BadInput('package is missing, or no name of a package.')
  const ofFailure = kind === 'failure' || kind === 'subtest'
  if (ofFailure && !ADDRESS.test(address))
    throw new BadInput(`at=${kind} needs the address of the failure: ${kind}:HEX16.`)
  if (!ofFailure && address !== '') throw new BadInput(`at=${kind} takes no address of a failure.`)
  if (ofFailure && target.runId === '') throw new BadInput('run is missing: the run that fails so.')
  if (subtest.length > LONGEST_NAME) throw new BadInput('The name of the subtest is too long.')
  const isOfTest = kind !== 'package' || target.runId !== ''
  if (isOfTest && !isReleaseName(target.release))
    throw new BadInput('release is missing, or no name of a release.')
  if (isOfTest && !isArchName(target.arch))
    throw new BadInput('arch is missing, or no name of an architecture.')
  if (target.runId.length > LONGEST_NAME) throw new BadInput('run is no id of a run.')
  return target
}

const isKind = (text: string): text is NoteKind => (NOTE_KINDS as readonly string[]).includes(text)

/**
 * Reads the content of a note: `text`, `arches` (separated by blanks or commas, or repeated), `until` (`pass`
 * or nothing).
 */
export function readNoteText(fields: URLSearchParams): NoteText {
  const text = (fields.get('text') ?? '')
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(CONTROL, '')
    .toWellFormed()
    .normalize('NFC')
    .trim()
  if (text === '') throw new BadInput('text is missing: a note must say something.')
  const length = [...text].length
  if (length > LONGEST_NOTE)
    throw new BadInput(`text has ${length} characters, and may have ${LONGEST_NOTE}.`)
  const until = fields.get('until') ?? ''
  if (until !== '' && until !== 'pass') throw new BadInput('until must be pass, or left out.')
  return { text, arches: readArches(fields.getAll('arches')), untilPass: until === 'pass' }
}

function readArches(values: readonly string[]): string[] {
  const names = [...new Set(values.join(' ').split(/[\s,]+/))].filter(Boolean).sort()
  if (names.length > MOST_NOTE_ARCHES)
    throw new BadInput(`At most ${MOST_NOTE_ARCHES} architectures can be named.`)
  const wrong = names.find(name => !isArchName(name))
  if (wrong !== undefined) throw new BadInput(`arches: ${wrong.slice(0, 40)} is no name of an architecture.`)
  return names
}
