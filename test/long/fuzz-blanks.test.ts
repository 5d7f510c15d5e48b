import { describe, expect, it } from 'vitest'
import { isFailure } from '../../src/domain/errors.ts'
import { BLANKS, blanked } from '../builders/hostile-blanks.ts'
import { effort, fc } from '../fuzz.ts'
import { PARSERS } from './parsers.ts'
import { isSurelySteep } from './surely-steep.ts'

/** One good text of each kind, and what stands in several: blanks come between their words. */
const GOOD = [
  'hello\n{"triggers": ["hello/1 gzip/2"], "ppas": ["a/b"], "requester": "joe"}',
  'debci-ppa-noble-amd64',
  'noble/amd64/h/hello/20260902_101112_abcde@',
  'hello/1.2-3 gzip/4:5~6',
  'one                  FAIL non-zero exit status 1\ntwo PASS\n',
  'gzip\t1.12-1\nhello\t2.10\n',
  "autopkgtest [10:11:12]: host h; command line: autopkgtest hello '--env=ADT_TEST_TRIGGERS=a/1 b/2' -- null\n",
  'autopkgtest [10:11:12]: test one: preparing testbed\nautopkgtest [10:11:12]: test one: [-----\n',
  'warning:[since=2026-12-01 until=2026-12-02T10:11Z] text: of it',
  '[web]\nreleases = noble jammy\n  resolute\n# no\nkey: value\n',
  'schroot "a b" $RELEASE --x=\'y z\'',
  '{"queue": "debci-noble-amd64", "headers": {}, "body": "aGVsbG8="}',
  'package=hello&trigger=hello/1&release=noble&arch=amd64&ppa=a/b&env=A=b',
  'joe, jane\nbob',
  'hello 2.10-3',
  '0-10,20-',
  'user:secret@team/ppa:0123456789ABCDEF',
  '',
]

describe('blanks of every kind, in runs of every length,', () => {
  it.each(Object.entries(PARSERS))('in %s are read, or named as what is wrong', (_, parse) => {
    fc.assert(
      fc.property(blanked(fc.constantFrom(...GOOD)), input => {
        try {
          parse(input)
        } catch (error) {
          expect(isFailure(error), `${error} for ${JSON.stringify(input.slice(0, 300))}`).toBe(true)
        }
      }),
      effort(60),
    )
  })

  it.each(Object.entries(PARSERS))('in %s take no more than their share longer', (_, parse) => {
    const tried = (text: string): unknown => {
      try {
        return parse(text)
      } catch (error) {
        return error
      }
    }
    fc.assert(
      fc.property(
        fc.constantFrom(...GOOD),
        fc.nat(),
        fc.array(fc.constantFrom(...BLANKS), { minLength: 1, maxLength: 2 }),
        (good, place, kinds) => {
          const at = place % (good.length + 1)
          const unit = kinds.join('')
          const textOf = (characters: number) =>
            good.slice(0, at) + unit.repeat(characters / unit.length) + good.slice(at)
          expect(
            isSurelySteep(tried, textOf),
            JSON.stringify([good.slice(0, at), unit, good.slice(at)]),
          ).toBe(false)
        },
      ),
      effort(15),
    )
  })
})
