import { describe, expect, it } from 'vitest'
import { fc } from '../../../../../test/fuzz.ts'
import { HtmlBytes } from './html-bytes.ts'
import { LineHtml } from './line-text.ts'

const ESC = '\u001b'

/** What lines are made of: what is written from bytes, and what is read as text, in any order. */
const PART = fc.constantFrom(
  ...[
    'a',
    ' ',
    '&',
    '<',
    '"',
    "'",
    ':',
    '/',
    '://',
    'http:',
    'https://a.example/',
    '\t',
    '\r',
    '\0',
    'ż',
    '\u202e',
  ],
  ...[
    '\u009b',
    'm',
    ';',
    '31',
    `${ESC}[31m`,
    `${ESC}[m`,
    `${ESC}[0m`,
    `${ESC}[1;44m`,
    `${ESC}[38m`,
    `${ESC}[4:0m`,
  ],
  ...[
    `${ESC}[38;5;208m`,
    `${ESC}[K`,
    `${ESC}[12345m`,
    `${ESC}[`,
    ESC,
    `${ESC}]8;;https://b.example/${ESC}\\`,
  ],
)
const LINE = fc.array(PART, { maxLength: 12 }).map(parts => parts.join(''))

function written(lines: readonly string[]): string[] {
  const writer = new LineHtml()
  return lines.map(line => {
    const html = new HtmlBytes()
    const bytes = Buffer.from(`x${line}x`)
    writer.write(html, bytes, 1, bytes.length - 1)
    return Buffer.from(html.take()).toString()
  })
}

describe('lines of a log written from their bytes', () => {
  it('are what they are as text, one after the other', () => {
    fc.assert(
      fc.property(fc.array(LINE, { maxLength: 5 }), lines => {
        const text = new LineHtml()
        expect(written(lines)).toEqual(lines.map(line => text.line(line)))
      }),
      { numRuns: 2000 },
    )
  })

  it('are as long as they are', () => {
    const long = '&'.repeat(200_000)
    expect(written([long, 'x'.repeat(300_000)])).toEqual(['&amp;'.repeat(200_000), 'x'.repeat(300_000)])
  })

  it.each([0, 9, 10, 1_234_567, Number.MAX_SAFE_INTEGER])('the number %d has its digits', value => {
    const html = new HtmlBytes()
    html.number(value)
    expect(Buffer.from(html.take()).toString()).toBe(String(value))
  })
})
