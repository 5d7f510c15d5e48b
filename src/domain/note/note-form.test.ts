import { describe, expect, it } from 'vitest'
import { readNoteTarget, readNoteText } from './note-form.ts'

const fields = (of: Record<string, string | string[]>) =>
  new URLSearchParams(
    Object.entries(of).flatMap(([name, values]) =>
      [values].flat().map((value): [string, string] => [name, value]),
    ),
  )
const RUN = { package: 'hello', release: 'noble', arch: 'amd64', run: '20260901_101112_abcde@' }

describe('where a note is to stand', () => {
  it('is a failure, a subtest that fails so, a test or a package', () => {
    const [at, name] = ['0123456789abcdef', 'a:b "c"']
    expect(readNoteTarget(fields({ ...RUN, at: `subtest:${at}:${name}` }))).toEqual({
      ...{ kind: 'subtest', package: 'hello', release: 'noble', arch: 'amd64' },
      ...{ runId: RUN.run, address: at, subtest: name },
    })
    expect(readNoteTarget(fields({ ...RUN, at: `failure:${at}` }))).toMatchObject({
      kind: 'failure',
      address: at,
    })
    expect(readNoteTarget(fields({ ...RUN, run: '', at: 'test' }))).toMatchObject({ kind: 'test', runId: '' })
    expect(readNoteTarget(fields({ package: 'hello', at: 'package' }))).toMatchObject({
      release: '',
      arch: '',
    })
  })

  it.each([
    [{ ...RUN }, 'at must be one of'],
    [{ ...RUN, at: 'failure' }, 'failure:HEX16'],
    [{ ...RUN, at: 'failure:0123' }, 'failure:HEX16'],
    [{ ...RUN, at: 'test:0123456789abcdef' }, 'takes no address'],
    [{ ...RUN, run: '', at: 'failure:0123456789abcdef' }, 'run is missing'],
    [{ ...RUN, package: '', at: 'package' }, 'package is missing'],
    [{ ...RUN, package: '../x', at: 'package' }, 'no name of a package'],
    [{ ...RUN, release: '', at: 'test' }, 'release is missing'],
    [{ ...RUN, arch: 'a b', at: 'test' }, 'no name of an architecture'],
    [{ ...RUN, at: `subtest:0123456789abcdef:${'x'.repeat(501)}` }, 'too long'],
  ])('is refused in words: %j', (given, words) => {
    expect(() => readNoteTarget(fields(given as Record<string, string>))).toThrow(words)
  })
})

describe('what a note says', () => {
  it('is text in one normal form, with architectures and an end', () => {
    expect(
      readNoteText(
        fields({ text: ' a\r\nb\rcafe\u0301\0\u001b[1m ', arches: ['armhf, i386', 'armhf'], until: 'pass' }),
      ),
    ).toEqual({ text: 'a\nb\ncafé[1m', arches: ['armhf', 'i386'], untilPass: true })
    expect(readNoteText(fields({ text: '🠉'.repeat(2000) })).untilPass).toBe(false)
  })

  it.each([
    [{}, 'text is missing'],
    [{ text: ' \r\n ' }, 'text is missing'],
    [{ text: 'x'.repeat(2001) }, 'text has 2001 characters, and may have 2000'],
    [{ text: 'x', until: 'tuesday' }, 'until must be pass'],
    [{ text: 'x', arches: 'amd64 Ümd64' }, 'arches: Ümd64'],
    [{ text: 'x', arches: Array.from({ length: 21 }, (_, n) => `a${n}`) }, 'At most 20 architectures'],
  ])('is refused in words: %j', (given, words) => {
    expect(() => readNoteText(fields(given as Record<string, string>))).toThrow(words)
  })
})
