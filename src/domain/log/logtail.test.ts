import { describe, expect, it } from 'vitest'
import { logtail, TAIL_BYTES } from './logtail.ts'

const BETWEEN = '[... 🠉 HEAD 🠉 ... 🠋 TAIL 🠋 ...]\n'

function tailOf(log: string): string {
  const bytes = Buffer.from(log)
  return logtail(bytes, bytes.subarray(-TAIL_BYTES))
}

describe('the tail that workers report', () => {
  it('is a short log once, with the mark after its first five lines', () => {
    expect(tailOf('a\nb')).toBe(`a\nb${BETWEEN}`)
    expect(tailOf('1\n2\n3\n4\n5\n6\n7')).toBe(`1\n2\n3\n4\n5\n${BETWEEN}6\n7`)
  })

  it('is nothing of a log that is empty, or not there yet', () => {
    expect(tailOf('')).toBe('')
  })

  it('is five lines and the last 2000 bytes, without the line that is cut', () => {
    const log = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n')
    const [head, tail = ''] = tailOf(log).split(BETWEEN)
    expect(head).toBe('line 0\nline 1\nline 2\nline 3\nline 4\n')
    expect(tail).toMatch(/^line \d+\n(?:line \d+\n)+line 499$/)
    expect(Buffer.byteLength(tail)).toBeGreaterThan(TAIL_BYTES - 10)
    expect(Buffer.byteLength(tail)).toBeLessThan(TAIL_BYTES)
  })

  it('shows lines twice that are both at the beginning and at the end', () => {
    const log = `one\ntwo\n${'x'.repeat(TAIL_BYTES - 20)}\nfour\nfive\nsix\n`
    expect(tailOf(log)).toBe(
      `one\ntwo\n${'x'.repeat(TAIL_BYTES - 20)}\nfour\nfive\n${BETWEEN}${log.slice(4)}`,
    )
  })

  it('replaces what is not UTF-8', () => {
    expect(logtail(Buffer.from([0x61, 0xff, 10]), Buffer.from([0x61, 0xff, 10]))).toBe(`a\ufffd\n${BETWEEN}`)
  })
})
