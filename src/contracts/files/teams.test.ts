import { describe, expect, it } from 'vitest'
import { parsePackageList } from './package-list.ts'
import { parseTeams } from './teams.ts'

describe('a file of teams', () => {
  it('has their packages, each once and in order, without what is no package', () => {
    const teams = parseTeams('{"foundations": ["zlib", "apt", "zlib", "A B", ""], "desktop": []}')
    expect([...teams]).toEqual([
      ['desktop', []],
      ['foundations', ['apt', 'zlib']],
    ])
  })

  it.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['packages that are no texts', '{"a": [1]}'],
    ['a team without a list', '{"a": "apt"}'],
    [
      'too many teams',
      JSON.stringify(Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`t${n}`, []]))),
    ],
    ['too many packages', JSON.stringify({ a: Array.from({ length: 200_001 }, () => 'apt') })],
    ['a name with a slash', '{"a/b": []}'],
    ['a name with a line break', '{"a\\nb": []}'],
    ['a name that is a folder', '{"..": []}'],
    ['a name of half a character', '{"a\\ud800": []}'],
  ])('is refused with %s', (_, text) => expect(() => parseTeams(text)).toThrow(/\w/))

  it('takes no name for what objects have', () => {
    expect(parseTeams('{"constructor": ["apt"]}').get('constructor')).toEqual(['apt'])
    expect(parseTeams('{}').get('constructor')).toBeUndefined()
  })
})

describe('a list of packages', () => {
  it('is separated by blanks, commas or line breaks, with comments', () => {
    expect(parsePackageList('apt, zlib\r\n# all of it\nlibxml2 # why\n\n apt')).toEqual([
      'apt',
      'zlib',
      'libxml2',
    ])
  })

  it('is refused where it has something else, or too much', () => {
    expect(() => parsePackageList('apt a/b')).toThrow('“a/b” is no name')
    expect(() => parsePackageList('a1 b1 c1', 2)).toThrow('more than 2 packages')
  })
})
