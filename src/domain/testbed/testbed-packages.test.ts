import { describe, expect, it } from 'vitest'
import { compareTestbeds, parseTestbedPackages } from './testbed-packages.ts'

describe('the packages of a testbed', () => {
  it('are read a line each; what is no package is left out', () => {
    expect([...parseTestbedPackages('libc6\t2.36-9\nodd line\n\ngzip\t1.12-1\n').packages]).toEqual([
      ['libc6', '2.36-9'],
      ['gzip', '1.12-1'],
    ])
  })

  it.each([
    ['packages', (n: number) => `${n}\t1\n`],
    ['long names', (n: number) => `${n}${'&'.repeat(900)}\t1\n`],
    ['what is no package', () => '\n'],
  ])('are read as far as they may be, and that is said: %s', (_, line) => {
    const { packages, isCut } = parseTestbedPackages(
      Array.from({ length: 1_200_000 / line(0).length + 10_001 }, (_, n) => line(n))
        .join('')
        .padEnd(2_000_000, '\n'),
    )
    expect([isCut, packages.size <= 10_000]).toEqual([true, true])
    expect([...packages.keys()].join('').length).toBeLessThan(1_100_000)
  })

  it('have no line that is longer than any of dpkg', () => {
    const text = `a\t${'1'.repeat(998)}\nb\t${'1'.repeat(999)}\nc\t1\n`
    expect([...parseTestbedPackages(text).packages.keys()]).toEqual(['a', 'c'])
  })

  it('differ by what came, went and changed', () => {
    const before = parseTestbedPackages('a\t1\nb\t1\nc\t1\n').packages
    const after = parseTestbedPackages('a\t1\nb\t2\nd\t1\n').packages
    expect(compareTestbeds(before, after)).toEqual([
      { name: 'b', before: '1', after: '2' },
      { name: 'c', before: '1', after: undefined },
      { name: 'd', before: undefined, after: '1' },
    ])
  })
})
