import { describe, expect, it } from 'vitest'
import { compareTestbeds, parseTestbedPackages } from './testbed-packages.ts'

describe('the packages of a testbed', () => {
  it('are read a line each; what is no package is left out', () => {
    expect([...parseTestbedPackages('libc6\t2.36-9\nodd line\n\ngzip\t1.12-1\n')]).toEqual([
      ['libc6', '2.36-9'],
      ['gzip', '1.12-1'],
    ])
  })

  it('differ by what came, went and changed', () => {
    const before = parseTestbedPackages('a\t1\nb\t1\nc\t1\n')
    const after = parseTestbedPackages('a\t1\nb\t2\nd\t1\n')
    expect(compareTestbeds(before, after)).toEqual([
      { name: 'b', before: '1', after: '2' },
      { name: 'c', before: '1', after: undefined },
      { name: 'd', before: undefined, after: '1' },
    ])
  })
})
