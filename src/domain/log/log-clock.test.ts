import { describe, expect, it } from 'vitest'
import { LogIndexer } from './log-sections.ts'

function timesOf(log: string) {
  const indexer = new LogIndexer()
  indexer.push(new TextEncoder().encode(log))
  return indexer.end().sections.map(({ name, took, gap }) => ({ name, took, gap }))
}

describe('the times of a log', () => {
  it('are those before its lines, with the longest time without one', () => {
    const own = (seconds: string, text: string) => `${seconds} autopkgtest [10:00:00]: ${text}\n`
    const log = [
      own('  0s', 'starting'),
      own('  5s', 'test one: preparing testbed'),
      own('  6s', 'test one: [-----------------------'),
      '  8s working\n',
      '900s killed\n',
      own('905s', 'test one: -----------------------]'),
      own('906s', 'test two: preparing testbed'),
      '3s too early\n',
    ]
    expect(timesOf(log.join(''))).toEqual([
      { name: '', took: 5, gap: undefined },
      { name: 'one', took: 901, gap: { seconds: 892, line: 4 } },
      { name: 'two', took: undefined, gap: undefined },
    ])
  })

  it('are those of its own lines where others have none, over midnight, too', () => {
    const own = (clock: string, text: string) => `autopkgtest [${clock}]: ${text}\n`
    const log = [
      own('23:59:50', 'starting'),
      own('23:59:58', 'test one: preparing testbed'),
      own('23:59:59', 'test one: [-----------------------'),
      '12s is what it printed\n',
      own('00:00:09', 'test one: -----------------------]'),
    ]
    expect(timesOf(log.join(''))).toEqual([
      { name: '', took: 8, gap: undefined },
      { name: 'one', took: 11, gap: undefined },
    ])
  })
})
