import { describe, expect, it } from 'vitest'
import { type Letter, namesFrom, packageLetters } from './package-letters.ts'
import { indexPackages } from './package-search.ts'

describe('the letters of package names', () => {
  it('are those of an archive, libraries apart, and what is no name last', async () => {
    const names = ['0ad', '2048', 'A', 'apt', 'lib', 'lib3ds', 'libx11', 'libxml2', 'linux', 'zsh', 'é']
    const letters = packageLetters(await indexPackages(names))
    expect(letters.map(({ letter, names }) => [letter, ...names])).toEqual([
      ['0-9', '0ad', '2048'],
      ['a', 'apt'],
      ['l', 'lib', 'linux'],
      ['lib3', 'lib3ds'],
      ['libx', 'libx11', 'libxml2'],
      ['z', 'zsh'],
      ['other', 'A', 'é'],
    ])
  })

  it('are none where there is no package', async () => {
    expect(packageLetters(await indexPackages([]))).toEqual([])
  })

  it('are made once for an index', async () => {
    const index = await indexPackages(['apt', 'bash'])
    expect(packageLetters(index)).toBe(packageLetters(index))
  })
})

describe('the names of a letter', () => {
  const letter: Letter = { letter: 'a', names: ['a1', 'a2', 'a3', 'a4', 'a5'] }

  it('come a page at a time, each once, with ways forth and back', () => {
    const first = namesFrom(letter, '', 2)
    expect(first).toEqual({ names: ['a1', 'a2'], before: 0, previous: undefined, next: 'a3' })
    const second = namesFrom(letter, first.next ?? '', 2)
    expect(second).toEqual({ names: ['a3', 'a4'], before: 2, previous: 'a1', next: 'a5' })
    const last = namesFrom(letter, second.next ?? '', 2)
    expect(last).toEqual({ names: ['a5'], before: 4, previous: 'a3', next: undefined })
  })

  it('go on beside a name that has gone, and end after the last', () => {
    expect(namesFrom(letter, 'a2b', 2).names).toEqual(['a3', 'a4'])
    expect(namesFrom(letter, 'b', 2)).toEqual({ names: [], before: 5, previous: 'a4', next: undefined })
  })
})
