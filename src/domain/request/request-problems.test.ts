import { describe, expect, it } from 'vitest'
import { findProblems } from './request-problems.ts'

const PLACES = { releases: ['noble'], arches: ['amd64'] }
const problemsOf = (query: string) => findProblems(new URLSearchParams(query), PLACES)

describe('the problems of a request', () => {
  it('are none of one that is whole', () => {
    expect(problemsOf('release=noble&arch=amd64&package=hello&trigger=hello/1&ppa=a1/b2&ppa=')).toEqual([])
  })

  it('are, of an empty one, what is missing', () => {
    expect(problemsOf('package=&trigger=').map(one => one.field)).toEqual([
      'package',
      'trigger',
      'release',
      'arch',
    ])
  })

  it('are all told at once, each with the value that it is about', () => {
    const query = 'package=A&trigger=x&trigger=hello/1&trigger=y/z/1&ppa=me&release=warty&arch=vax&arch=amd64'
    expect(problemsOf(query)).toEqual([
      { field: 'package', text: 'Malformed package' },
      { field: 'trigger', value: 'x', text: 'Malformed trigger, must be srcpackage/version' },
      { field: 'trigger', value: 'y/z/1', text: 'Malformed trigger, must be srcpackage/version' },
      { field: 'ppa', value: 'me', text: 'A PPA is written owner/name' },
      { field: 'release', text: 'release warty not found' },
      { field: 'arch', value: 'vax', text: 'arch vax not found' },
    ])
  })

  it.each([
    ['trigger=migration-reference/0&all-proposed=1', 'all-proposed', /not compatible/],
    ['trigger=migration-reference/0&trigger=a1/1', 'trigger', /additional triggers/],
    ['trigger=a1/1&testname=x', undefined, /Invalid argument testname/],
    ['trigger=a1/1&readable-by=', undefined, /Invalid readable-by/],
    [Array(501).fill('trigger=a1/1').join('&'), undefined, /More than 500/],
  ])('%.60s: beside %s', (more, field, text) => {
    const problems = problemsOf(`package=hello&release=noble&arch=amd64&${more}`)
    expect(problems).toEqual([{ field, text: expect.stringMatching(text) }])
  })
})
