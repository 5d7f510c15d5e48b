import { describe, expect, it } from 'vitest'
import { readersInFile, readReaders } from './readable-by.ts'

describe('readable-by', () => {
  it.each([
    ['joe', ['joe']],
    ['joe,a-team', ['joe', 'a-team']],
    [' joe , a-team\n', ['joe', 'a-team']],
    ['joe a-team joe', ['joe', 'a-team']],
    [
      ['joe', 'a.b+c,d'],
      ['joe', 'a.b+c', 'd'],
    ],
    ['', []],
    [',', []],
    [[], []],
    [null, []],
    [undefined, []],
  ])('%j names %j', (value, names) => {
    expect(readReaders(value)).toEqual(names)
  })

  it.each([
    ['joe\0ann'],
    ['joe\0'],
    ['joe;ann'],
    ['Joe'],
    ['../joe'],
    ['j\ufffdrg'],
    [['joe', 1]],
    [{ joe: 1 }],
    [1],
    [true],
    ['x'.repeat(101)],
    [Array.from({ length: 51 }, (_, n) => `t${n}`).join(' ')],
  ])('%j can be no list of names', value => {
    expect(readReaders(value)).toBeUndefined()
  })

  it('beside a result is read alike, but that what is no name is passed over', () => {
    expect(readersInFile('joe\r\nann,bob\n\0eve\nMallory\n')).toEqual(['joe', 'ann', 'bob'])
    expect(readersInFile(`${'x\n'.repeat(1_000_000)}joe`)).toEqual(['x'])
    const many = Array.from({ length: 60 }, (_, n) => `team-${n}`)
    expect(readersInFile(many.join('\n'))).toEqual(many.slice(0, 50))
  })
})
