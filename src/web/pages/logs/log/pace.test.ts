import { describe, expect, it } from 'vitest'
import { LogBody } from './log-body.ts'
import { RenderingPace, SLICE_COST } from './pace.ts'

/** How many bytes of HTML each slice of a log comes to. */
function costsOf(log: string): number[] {
  const body = new LogBody({ known: undefined, rawLog: '/raw' })
  const pace = new RenderingPace()
  const costs: number[] = []
  const bytes = Buffer.from(log)
  for (let at = 0; at < bytes.length; at += 16_384) {
    for (const slice of pace.slices(bytes.subarray(at, at + 16_384))) {
      const cost = body.push(slice)
      pace.spent(cost)
      costs.push(cost)
    }
  }
  return costs
}

describe('the pace of a log', () => {
  it.each([
    ['nothing but newlines', '\n'.repeat(100_000)],
    ['newlines behind text', 'some words of a test\n'.repeat(10_000) + '\n'.repeat(100_000)],
    ['what is escaped', `${'&'.repeat(70)}\n`.repeat(5000)],
  ])('keeps what is made at once short: %s', (_, log) => {
    const costs = costsOf(log).slice(0, -1)
    // The first of another kind may be made at the old pace, a few more until it has slowed down
    expect(costs.filter(cost => cost > 2 * SLICE_COST).length).toBeLessThan(6)
  })

  it('is not held up by lines as they are', () => {
    const log = 'some words of a test, as many as there are in one\n'.repeat(20_000)
    expect(costsOf(log).length).toBeLessThan(1.3 * (log.length / 16_384))
  })
})
