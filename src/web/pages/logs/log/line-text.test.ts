import { describe, expect, it } from 'vitest'
import { fc } from '../../../../../test/fuzz.ts'
import { LineHtml } from './line-text.ts'

const ESC = '\u001b'

const lineHtml = (line: string): string => new LineHtml().line(line)
const link = (address: string, text = address): string =>
  `<a href="${address}" rel="nofollow noopener">${text}</a>`

describe('a line of a log as HTML', () => {
  it.each([
    ['markup is text', '<script>alert("1")</script>', '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'],
    ['colours are classes', `${ESC}[1;31mred${ESC}[0m`, '<span class="bold f1">red</span>'],
    ['cursor movements are left out', `${ESC}[2K${ESC}[1Gdone${ESC}(B`, 'done'],
    ['a terminal title is left out', `${ESC}]0;title\u0007text`, 'text'],
    ['text behind a title that never ends is there', `before${ESC}]0;rest`, 'beforerest'],
    ['a carriage return at the end is left out', 'text\r', 'text'],
    ['a progress bar is its last state', '10%\r20%\r30%', '30% <i>(after 2 overwritten)</i>'],
    ['carriage returns alone are nothing', '\r\r', ''],
    ['NUL is visible', 'a\0b', 'a␀b'],
    ['a tab stays', 'a\tb', 'a\tb'],
    ['a lone escape is visible', `a${ESC}`, 'a␛'],
    ['the direction of writing cannot be turned', 'a\u202eb', 'a⟨U+202E⟩b'],
    ['other scripts stay', 'żółw 龜 🐢', 'żółw 龜 🐢'],
  ])('%s', (_, line, html) => expect(lineHtml(line)).toBe(html))

  it.each([
    ['of 256', '38;5;208', 'f17'],
    ['true', '38;2;1;200;3', 'f20'],
    ['with colons', '38:5:208', 'f17'],
    ['true with colons', '38:2::1:200:3', 'f20'],
    ['true with colons and no colour space', '48:2:1:200:3', 'g20'],
    ['of the sixteen', '38;5;9', 'f9'],
    ['grey', '48;5;240', 'g8'],
    ['bright', '94;103', 'f12 g11'],
    ['behind what a line below has', '4:3;58;5;1;31', 'line f1'],
    ['turned', '7;31', 'g1'],
    ['turned twice', '7', 'turned'],
    ['none of any', '38;5;999', ''],
    ['not whole', '38;2;1', 'f0'],
  ])('has a colour that is %s', (_, parameters, classes) => {
    const html = classes === '' ? 'x' : `<span class="${classes}">x</span>`
    expect(lineHtml(`${ESC}[${parameters}mx`)).toBe(html)
  })

  it('takes a style from line to line until it is reset', () => {
    const text = new LineHtml()
    expect(text.line(`${ESC}[4mone`)).toBe('<span class="line">one</span>')
    expect(text.line('two')).toBe('<span class="line">two</span>')
    expect(text.line(`th${ESC}[24mree`)).toBe('<span class="line">th</span>ree')
    text.line(`${ESC}[1m`)
    text.reset()
    expect(text.line('four')).toBe('four')
  })

  it.each([
    ['see https://example.org/a?b=1&c#d.', `see ${link('https://example.org/a?b=1&amp;c#d')}.`],
    ["Get:1 'http://deb.example/x'", `Get:1 &#39;${link('http://deb.example/x')}&#39;`],
    ['(http://a.example/x_(y))', `(${link('http://a.example/x_(y)')})`],
    ['<http://a.example>', `&lt;${link('http://a.example')}&gt;`],
    ['http://good.example@evil.example/', 'http://good.example@evil.example/'],
    ['javascript://x and ftp://x and http://', 'javascript://x and ftp://x and http://'],
    [
      `http://a.${ESC}[1mexample${ESC}[0m/x`,
      `${link('http://a.example/x', 'http://a.')}${link('http://a.example/x', '<span class="bold">example</span>')}${link('http://a.example/x', '/x')}`,
    ],
    [
      `${ESC}]8;id=1;https://a.example/b${ESC}\\there${ESC}]8;;${ESC}\\ no`,
      `${link('https://a.example/b', 'there')} no`,
    ],
    [`${ESC}]8;;https://a.example/\u0007there`, link('https://a.example/', 'there')],
    [`${ESC}]8;;file:///etc/x${ESC}\\name.c${ESC}]8;;${ESC}\\:12`, 'name.c:12'],
    [`${ESC}]8;;javascript:alert(1)\u0007x`, 'x'],
    [`${ESC}]8;;http://x"onclick=y\u0007x`, link('http://x&quot;onclick=y', 'x')],
    [`${ESC}]8;;https://evil.example/\u0007https://good.example/`, link('https://good.example/')],
  ])('leads where it says: %j', (line, html) => expect(lineHtml(line)).toBe(html))

  it('has no markup and no control characters, whatever the line held', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), line => {
        const html = lineHtml(line).replace(/ <i>\(after \d+ overwritten\)<\/i>$/, '')
        expect(html.replace(/<span class="[\w ]+">|<\/span>/g, '')).not.toMatch(
          /[<>"']|(?!\t)\p{Cc}|\p{Bidi_C}/u,
        )
      }),
    )
  })
})
