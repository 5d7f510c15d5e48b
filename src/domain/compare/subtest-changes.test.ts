import { expect, it } from 'vitest'
import { parseSummary } from '../run/subtest.ts'
import { compareSubtests } from './subtest-changes.ts'

const changes = (before: string, after: string) => {
  const compared = compareSubtests(parseSummary(before), parseSummary(after))
  return { alike: compared.alike, changes: compared.changes.map(({ name, kind }) => `${name} ${kind}`) }
}

it('tells what became of each subtest, trouble first', () => {
  const before = 'a PASS\nb FAIL x\nc FAIL x\nd PASS\ne PASS\nf SKIP no\n'
  const after = 'a FAIL y\nb PASS\nc FAIL z\ne PASS\nf PASS\ng PASS\nh FAIL w\n'
  expect(changes(before, after)).toEqual({
    alike: 1,
    changes: [
      'a newly failing',
      'h newly failing',
      'c still failing',
      'b mended',
      'd gone',
      'g appeared',
      'f otherwise changed',
    ],
  })
})

it('takes the worst of several that share a name', () => {
  expect(changes('a PASS\na FAIL x\n', 'a FAIL x\na PASS\n').changes).toEqual(['a still failing'])
  expect(changes('a PASS\na PASS again\n', 'a PASS\na FAIL x\n').changes).toEqual(['a newly failing'])
})

it('a flaky result is no failure', () => {
  expect(changes('a PASS\n', 'a FLAKY non-zero exit status 1\n').changes).toEqual(['a otherwise changed'])
})
