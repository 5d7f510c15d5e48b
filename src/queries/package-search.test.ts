import { describe, expect, it } from 'vitest'
import { resultsWith } from '../../test/builders/databases.ts'
import { aRun } from '../../test/builders/run.ts'
import { indexPackages, packageIndex, searchPackages, typingErrors } from './package-search.ts'

const NAMES = [
  'gcc-13',
  'gcc-14',
  'gcc-defaults',
  'glib2.0',
  'glibc',
  'hello',
  'hello-debhelper',
  'libsystemd',
  'linux',
  'linux-meta',
  'python3.12',
  'systemd',
  'systemd-cron',
]

const index = await indexPackages(NAMES)
const find = (text: string, limit = 5): string[] => searchPackages(index, text, limit)

describe('the search for a package', () => {
  it('has the whole name first, then the shortest that begin with what was typed, then those that have it', () => {
    expect(find('systemd')).toEqual(['systemd', 'systemd-cron', 'libsystemd'])
    expect(find('gcc')).toEqual(['gcc-13', 'gcc-14', 'gcc-defaults'])
    expect(find('linux', 1)).toEqual(['linux'])
  })

  it.each([
    ['sytsemd', 'systemd'],
    ['systmd', 'systemd'],
    ['systtemd', 'systemd'],
    ['helo', 'hello'],
    ['hallo', 'hello'],
    ['glbic', 'glibc'],
    ['gcc14', 'gcc-14'],
    ['pyhton3', 'python3.12'],
    ['SystemD', 'systemd'],
  ])('finds with %s what was meant: %s', (typed, meant) => {
    expect(find(typed)[0]).toBe(meant)
  })

  it('takes words in any order of places', () => {
    expect(find('lin met')).toEqual(['linux-meta'])
  })

  it('finds nothing for nothing, and for what is like nothing', () => {
    expect(find('')).toEqual([])
    expect(find('   ')).toEqual([])
    expect(find('qqqqqqqq')).toEqual([])
    expect(find('x'.repeat(10_000))).toEqual([])
  })
})

describe('typing errors', () => {
  it.each([
    ['hello', 'hello', 0],
    ['hlelo', 'hello', 1],
    ['helo', 'hello', 1],
    ['hel', 'hello', 0],
    ['gcc14', 'gcc-14', 1],
    ['abc', 'xyz', 3],
  ])('from %s to %s: %i', (typed, name, errors) => {
    expect(typingErrors(typed, name)).toBe(errors)
  })
})

describe('the index of packages', () => {
  it('is made once and not anew for each result', async () => {
    const results = await resultsWith(aRun().of('hello'))
    const first = await packageIndex(results)
    expect(first.names).toEqual(['hello'])
    await results.record([aRun().of('new-package')])
    expect(await packageIndex(results)).toBe(first)
  })
})
