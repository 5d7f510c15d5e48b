import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { chartTable } from './chart-table.ts'
import { linePath } from './line-path.ts'
import { ticksTo } from './scale.ts'
import { type TimeChart, timeChart } from './time-chart.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-11-20T00:00:00Z')

function aChart(values: readonly (number | undefined)[], fields: Partial<TimeChart> = {}): TimeChart {
  const times = values.map((_, n) => START + n * HOUR)
  return { label: 'Waiting', times, series: [{ name: 'amd64', values }], format: String, ...fields }
}

const svgOf = (chart: TimeChart) => parseHTML(`<body>${timeChart(chart)}</body>`).document

describe('a chart', () => {
  it('has round numbers from zero to above the largest', () => {
    expect(ticksTo(97)).toEqual([0, 50, 100])
    expect(ticksTo(3)).toEqual([0, 1, 2, 3])
    expect(ticksTo(0)).toEqual([0, 1])
    expect(ticksTo(123_456).at(-1)).toBe(150_000)
  })

  it('has a gap where nothing is known, not a zero', () => {
    const places = [[0, 5], [1, 6], undefined, [3, 7], undefined, [5, 0], [6, 1]] as const
    expect(linePath(places)).toEqual({ line: 'M0 5L1 6M5 0L6 1', dots: 'M3 7h0' })
    expect(linePath([undefined])).toEqual({ line: '', dots: '' })
  })

  it('says each value to who points at it, and to who reads its table', () => {
    const chart = aChart([1, undefined, 30])
    const titles = [...svgOf(chart).querySelectorAll('title')].map(one => one.textContent)
    expect(titles).toEqual(['11-20 00:00\namd64: 1', '11-20 01:00\namd64: unknown', '11-20 02:00\namd64: 30'])
    const table = parseHTML(`<body>${chartTable(chart)}</body>`).document
    expect([...table.querySelectorAll('td')].map(one => one.textContent)).toEqual(['1', '–', '30'])
  })

  it('keeps its lines inside, whatever the values', () => {
    const path =
      svgOf(aChart([0, 1e9, 5]))
        .querySelector('.line')
        ?.getAttribute('d') ?? ''
    const ys = [...path.matchAll(/[ML][\d.]+ ([\d.]+)/g)].map(([, y]) => Number(y))
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...ys)).toBeLessThanOrEqual(150)
    expect(String(timeChart(aChart([])))).not.toContain('NaN')
  })
})
