import { afterEach, describe, expect, it, vi } from 'vitest'
import { resultsWith } from '../../../test/builders/databases.ts'
import { aRun } from '../../../test/builders/run.ts'
import {
  indexPackages,
  packageIndex,
  packageIndexVersion,
  searchPackages,
  typingErrors,
} from './package-search.ts'

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
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const at = (ms: number) => void vi.spyOn(performance, 'now').mockReturnValue(ms)

  it('is made once while nothing has changed', async () => {
    const results = await resultsWith(aRun().of('hello'))
    const first = await packageIndex(results)
    expect(first.names).toEqual(['hello'])
    expect(await packageIndex(results)).toBe(first)
  })

  it('of many names is not made anew for each result, but after a while', async () => {
    const results = await resultsWith(...Array.from({ length: 1000 }, (_, n) => aRun().of(`package${n}`)))
    at(0)
    const first = await packageIndex(results)
    const version = packageIndexVersion(results)
    await results.record([aRun().of('new-package')])
    at(1400)
    expect(await packageIndex(results)).toBe(first)
    expect(packageIndexVersion(results)).toBe(version)
    at(1600)
    expect(packageIndexVersion(results)).not.toBe(version)
    expect((await packageIndex(results)).names).toContain('new-package')
  })

  it('of nothing is made anew as soon as there is something', async () => {
    const results = await resultsWith()
    at(0)
    expect((await packageIndex(results)).names).toEqual([])
    await results.record([aRun().of('hello')])
    expect((await packageIndex(results)).names).toEqual(['hello'])
  })
})
