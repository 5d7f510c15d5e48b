import { describe, expect, it } from 'vitest'
import { fc } from '../../../../test/fuzz.ts'
import { lineHtml } from './line-text.ts'

const ESC = '\u001b'

describe('a line of a log as HTML', () => {
  it.each([
    ['markup is text', '<script>alert("1")</script>', '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'],
    ['colours are left out', `${ESC}[1;31mred${ESC}[0m`, 'red'],
    ['cursor movements are left out', `${ESC}[2K${ESC}[1Gdone${ESC}(B`, 'done'],
    ['a terminal title is left out', `${ESC}]0;title\u0007text`, 'text'],
    ['an escape that never ends is left out', `before${ESC}]0;rest`, 'before'],
    ['a carriage return at the end is left out', 'text\r', 'text'],
    ['a progress bar is its last state', '10%\r20%\r30%', '30% <i>(after 2 overwritten)</i>'],
    ['carriage returns alone are nothing', '\r\r', ''],
    ['NUL is visible', 'a\0b', 'a␀b'],
    ['a tab stays', 'a\tb', 'a\tb'],
    ['a lone escape is visible', `a${ESC}`, 'a␛'],
    ['the direction of writing cannot be turned', 'a\u202eb', 'a⟨U+202E⟩b'],
    ['other scripts stay', 'żółw 龜 🐢', 'żółw 龜 🐢'],
  ])('%s', (_, line, html) => expect(lineHtml(line)).toBe(html))

  it('has no markup and no control characters, whatever the line held', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), line => {
        expect(lineHtml(line).replace(/ <i>\(after \d+ overwritten\)<\/i>$/, '')).not.toMatch(
          /[<>"']|(?!\t)\p{Cc}|\p{Bidi_C}/u,
        )
      }),
    )
  })
})
