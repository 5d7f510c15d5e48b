import { describe, expect, it } from 'vitest'
import { progressBar } from './progress-bar.ts'

function terminal(isTTY: boolean) {
  const written: string[] = []
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0
  return { written, stream: { isTTY, columns: 40, write } as Parameters<typeof progressBar>[0] }
}

describe('the progress bar', () => {
  it('fills up in one line that is never wider than the terminal, and goes', () => {
    const { written, stream } = terminal(true)
    const bar = progressBar(stream)
    bar.show(0, 4, 'autopkgtest-noble 0 of 4, and more text than there is room for')
    bar.show(4, 4, 'all')
    bar.clear()
    expect(written[0]).toBe('\r\x1b[K[........................] autopkgtest-'.slice(0, 4 + 39))
    expect(written[1]).toBe('\r\x1b[K[########################] all')
    expect(written[2]).toBe('\r\x1b[K')
  })

  it('is drawn no more often than an eye can follow, but always at its end', () => {
    const { written, stream } = terminal(true)
    const bar = progressBar(stream)
    for (let done = 0; done <= 1000; done++) bar.show(done, 1000, '')
    expect(written.length).toBeLessThan(20)
    expect(written.at(-1)).toContain('#'.repeat(24))
  })

  it('writes nothing where there is no terminal', () => {
    const { written, stream } = terminal(false)
    const bar = progressBar(stream)
    bar.show(1, 2, 'x')
    bar.clear()
    expect(written).toEqual([])
  })
})
