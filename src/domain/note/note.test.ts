import { describe, expect, it } from 'vitest'
import { isAboutFailure, type Note, standsAbove } from './note.ts'

const ADDRESS = '0123456789abcdef'
const AT = new Date('2026-11-20T12:00:00Z')

const note = (changes: Partial<Note>): Note => ({
  ...{
    id: 'x',
    kind: 'failure',
    package: 'hello',
    test: { release: 'noble', arch: 'amd64' },
    runId: undefined,
  },
  ...{ subtest: '', text: 'known', arches: [], untilPass: false, author: 'joe', made: AT, changed: AT },
  ...{ edits: 0, state: 'open', ended: undefined },
  failure: { address: ADDRESS, text: 'cannot', rules: 1, line: { number: 1, text: 'cannot' } },
  ...changes,
})

describe('a note at a way of failing', () => {
  const shown = { package: 'gzip', arch: 'armhf', subtest: 'smoke', address: ADDRESS }

  it('stands wherever something fails so, on the architectures it names', () => {
    expect(isAboutFailure(note({}), shown)).toBe(true)
    expect(isAboutFailure(note({ arches: ['armhf'] }), shown)).toBe(true)
    expect(isAboutFailure(note({ arches: ['amd64'] }), shown)).toBe(false)
    expect(isAboutFailure(note({ arches: ['amd64'] }), { ...shown, arch: undefined })).toBe(true)
  })

  it('stands at nothing that fails in another way, and nowhere when it has ended', () => {
    expect(isAboutFailure(note({}), { ...shown, address: 'f'.repeat(16) })).toBe(false)
    for (const state of ['ended', 'deleted'] as const)
      expect(isAboutFailure(note({ state }), shown)).toBe(false)
    expect(isAboutFailure(note({ kind: 'package', failure: undefined }), shown)).toBe(false)
  })

  it('of one subtest stands at that of its package alone', () => {
    const of = note({ kind: 'subtest', package: 'gzip', subtest: 'smoke' })
    expect(isAboutFailure(of, shown)).toBe(true)
    expect(isAboutFailure(of, { ...shown, subtest: 'other' })).toBe(false)
    expect(isAboutFailure(of, { ...shown, package: 'hello' })).toBe(false)
  })
})

describe('a note at a test or package', () => {
  const amd64 = { release: 'noble', arch: 'amd64' }
  const armhf = { release: 'noble', arch: 'armhf' }

  it('stands above the runs of its test, or of those that it names', () => {
    const of = note({ kind: 'test', failure: undefined })
    expect([amd64, armhf].map(test => standsAbove(of, 'hello', test))).toEqual([true, false])
    const both = note({ kind: 'test', failure: undefined, arches: ['amd64', 'armhf'] })
    expect([amd64, armhf].map(test => standsAbove(both, 'hello', test))).toEqual([true, true])
    expect(standsAbove(both, 'hello', { release: 'jammy', arch: 'amd64' })).toBe(false)
    expect(standsAbove(both, 'gzip', amd64)).toBe(false)
    expect(standsAbove(both, 'hello', undefined)).toBe(false)
  })

  it('stands above all of its package', () => {
    const of = note({ kind: 'package', failure: undefined, test: undefined, arches: ['armhf'] })
    expect([amd64, armhf, undefined].map(test => standsAbove(of, 'hello', test))).toEqual([false, true, true])
    expect(standsAbove(note({}), 'hello', amd64)).toBe(false)
  })
})
