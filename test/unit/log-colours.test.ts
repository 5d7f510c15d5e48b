import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const style = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../src/web/style', name), 'utf8')

/** Relative luminance (WCAG 2.2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(at => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

describe.each([
  ['light', 0, ':root {'],
  ['dark', 1, ':root[data-theme="dark"] {'],
])('the colours of logs in %s', (_, which, root) => {
  const tokens = style('tokens.css').split(root)[1]?.split('}')[0] ?? ''
  const token = (name: string): string => {
    const value = new RegExp(`--${name}: (#\\w+)`).exec(tokens)?.[1] as string
    return value.length === 4 ? value.replace(/\w/g, '$&$&') : value
  }
  const colours = (kind: string): string[] =>
    [
      ...style('pages/log-colours.css').matchAll(
        new RegExp(`\\.${kind}(\\d+) \\{\\s+\\S+: light-dark\\((#\\w{6}), (#\\w{6})\\)`, 'g'),
      ),
    ].map(found => found[2 + which] as string)

  it('have a contrast of 4.5 in each pair that a log can make', () => {
    const texts = [...colours('f'), token('text'), token('quiet')]
    const grounds = [...colours('g'), token('page'), token('mark')]
    expect([texts.length, grounds.length]).toEqual([30, 30])
    const poor = texts.flatMap(text =>
      grounds.filter(ground => contrast(text, ground) < 4.5).map(ground => `${text} on ${ground}`),
    )
    expect(poor).toEqual([])
    expect(contrast(token('text'), token('page'))).toBeGreaterThan(4.5)
  })
})
