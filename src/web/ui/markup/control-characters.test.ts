import { describe, expect, it } from 'vitest'
import { fc } from '../../../../test/fuzz.ts'
import { showControls } from './control-characters.ts'

describe('what is not seen', () => {
  it.each([
    ['an escape', '\u001b[31mred', '␛[31mred'],
    ['NUL', 'a\0b', 'a␀b'],
    ['DEL', '\u007f', '␡'],
    ['a control character of 8 bits', '\u0085', '\ufffd'],
    ['an override of the direction', 'a\u202etxt.exe', 'a⟨U+202E⟩txt.exe'],
    ['an Arabic letter mark', '\u061c', '⟨U+061C⟩'],
  ])('is shown: %s', (_, text, shown) => expect(showControls(text)).toBe(shown))

  it('stays as it is if it is white space or letters of any script', () => {
    const text = 'a\tb\r\nc é 日本 שלום 👩‍💻'
    expect(showControls(text)).toBe(text)
  })

  it('leaves no control character and none that turns the direction, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(showControls(text)).not.toMatch(/(?![\t\n\r])\p{Cc}|\p{Bidi_C}/u)
      }),
    )
  })
})
