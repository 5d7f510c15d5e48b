import { describe, expect, it } from 'vitest'
import { joinTail, overlapOf } from './join-tails.ts'
import { logtail, TAIL_BYTES } from './logtail.ts'

const shown = (log: string): string => {
  const bytes = Buffer.from(log)
  return logtail(bytes, bytes.subarray(-TAIL_BYTES))
}
const line = (n: number): string => `${String(n).padStart(4)}s line number ${n} of the log, ö\n`
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, n) => line(from + n)).join('')

/** The text that is known after looking at a log at each of these lengths as it grows. */
function follow(log: string, ...lengths: number[]): { text: string; gaps: number } {
  let text = ''
  let gaps = 0
  for (const length of lengths) {
    const tail = shown(Buffer.from(log).subarray(0, length).toString())
    for (let again = 0; again < 2; again++) {
      const joined = joinTail(text, tail)
      if (!joined.follows) gaps++
      text += joined.text
    }
  }
  return { text, gaps }
}

describe('the tails of a log that grows', () => {
  const log = lines(0, 400)
  const size = Buffer.byteLength(log)
  const steps = (by: number) => Array.from({ length: Math.ceil(size / by) }, (_, n) => (n + 1) * by)

  it('make the log, however it grew between two looks, as long as they overlap', () => {
    for (const by of [1000, 333, 70, 17]) {
      expect(follow(log, ...steps(by)), `by ${by}`).toEqual({ text: log, gaps: 0 })
    }
  })

  it('say that something is missing where they do not', () => {
    const { text, gaps } = follow(log, 1000, 1500, 9000)
    expect(gaps).toBe(1)
    expect(text.startsWith(lines(0, 30))).toBe(true)
    expect(text.endsWith(log.slice(8000, 8500))).toBe(false)
  })

  it('add nothing where nothing is new, nor where there is nothing', () => {
    expect(joinTail(log, shown(log))).toEqual({ text: '', follows: true })
    expect(joinTail('', '')).toEqual({ text: '', follows: true })
    expect(joinTail('x\n', '')).toEqual({ text: '', follows: true })
  })

  it('are compared in a time that does not grow with what they repeat', () => {
    const same = 'a'.repeat(65_536)
    expect(overlapOf(`${same}b`, same)).toBe(0)
    expect(overlapOf(same, `${same.slice(1)}b`)).toBe(65_535)
    expect(overlapOf('xabab', 'ababc')).toBe(4)
    expect(overlapOf('ab', 'ab')).toBe(2)
  })
})
