import { describe, expect, it } from 'vitest'
import { testcomplete } from './testcomplete.ts'

/** As the worker writes it: whole files with their line breaks. */
const MESSAGE = {
  architecture: 'amd64',
  container: 'autopkgtest-noble',
  duration: '71\n',
  exitcode: 0,
  package: 'hello',
  testpkg_version: '2.10-3',
  release: 'noble',
  requester: 'joe\n',
  swift_dir: 'noble/amd64/h/hello/20260902_101112_abcde@',
  triggers: 'hello/2.10-3 glibc/2.39',
  env: 'all-proposed=1,testname=foo',
}
const parse = (fields: object) => testcomplete.parse({ ...MESSAGE, ...fields })
const faults = (fields: object) =>
  testcomplete.safeParse({ ...MESSAGE, ...fields }).error?.issues.map(issue => issue.path.join('.'))

describe('a completion', () => {
  it('has its strings stripped and its duration in seconds', () => {
    expect(parse({})).toMatchObject({ duration: 71, requester: 'joe', triggers: 'hello/2.10-3 glibc/2.39' })
  })

  it.each([
    ['0\n', 0],
    [3600, 3600],
    ['12.9', 12],
    ['-2\n', 0],
    [-71, 0],
    [null, null],
    ['', null],
    ['never', null],
    [undefined, null],
    ['9'.repeat(99), null],
    ['-'.padEnd(12, '9'), null],
  ])('takes the duration %j for %j', (duration, seconds) => {
    expect(parse({ duration }).duration).toBe(seconds)
  })

  it('takes what is null or missing for unknown', () => {
    const unknown = { requester: null, triggers: null, env: undefined, testpkg_version: null }
    expect(parse(unknown)).toMatchObject({ requester: '', triggers: '', env: '', testpkg_version: '' })
  })

  it.each([
    ['2.10-3\n', '2.10-3'],
    ['1:2.0~rc1+dfsg-1ubuntu2', '1:2.0~rc1+dfsg-1ubuntu2'],
    ['unknown', 'unknown'],
    ['blacklisted', 'blacklisted'],
    ['E: Unable to locate package hello', 'unknown'],
    ['2.10-3 is not there', 'unknown'],
    ['none', 'unknown'],
    ['<b>1</b>', 'unknown'],
    [' \n', ''],
  ])('takes the version %j for %j', (text, version) => {
    expect(parse({ testpkg_version: text }).testpkg_version).toBe(version)
  })

  it('joins triggers with single blanks', () => {
    expect(parse({ triggers: ' a/1  b/2\n' }).triggers).toBe('a/1 b/2')
  })

  it.each([
    [-15, -15],
    ['4\n', 4],
    [99, 99],
  ])('takes the exit code %j for %j', (exitcode, number) => {
    expect(parse({ exitcode }).exitcode).toBe(number)
  })

  it('may name a seeded path, an old run id, and fields that nobody knows', () => {
    expect(parse({ swift_dir: 'dummy/seed/new/release/20140412_101112@', uuid: 'x' }).swift_dir).toBe(
      'dummy/seed/new/release/20140412_101112@',
    )
    expect(parse({ swift_dir: `${MESSAGE.swift_dir}/` }).swift_dir).toBe(MESSAGE.swift_dir)
  })

  it.each([
    [{ swift_dir: 'noble/amd64/hello/20260902_101112_abcde@' }, 'swift_dir'],
    [{ swift_dir: 'noble/amd64/h/hello/20260902_101112_abcde' }, 'swift_dir'],
    [{ swift_dir: 'noble/amd64/h/hello/a\u0000b@' }, 'swift_dir'],
    [{ swift_dir: null }, 'swift_dir'],
    [{ exitcode: null }, 'exitcode'],
    [{ exitcode: 'pass' }, 'exitcode'],
    [{ exitcode: 1e12 }, 'exitcode'],
    [{ package: '../x' }, 'package'],
    [{ package: 7 }, 'package'],
    [{ release: 'a-b' }, 'release'],
    [{ architecture: '' }, 'architecture'],
    [{ container: undefined }, 'container'],
    [{ triggers: ['a/1'] }, 'triggers'],
  ])('with %j is malformed', (fields, field) => {
    expect(faults(fields)).toEqual([field])
  })

  it('has as many triggers as a row may, and with more is malformed', () => {
    const most = 'gcc-14/14.2.0-1 '.repeat(4000)
    expect(parse({ triggers: most }).triggers).toHaveLength(most.length - 1)
    expect(faults({ triggers: `${most}gcc-14/14.2.0-1` })).toEqual(['triggers'])
  })
})
