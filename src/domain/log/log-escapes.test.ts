import { describe, expect, it } from 'vitest'
import { fc } from '../../../test/fuzz.ts'
import { readEscapes, withoutEscapes } from './log-escapes.ts'

const ESC = '\u001b'
/** Characters that begin, end or cancel a control function. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: searched for here
const ACTS = /[\u0007\u0018\u001a\u001b\u0080-\u009f]/

describe('what is shown of a line', () => {
  it.each([
    ['orange', `${ESC}[38;5;208morange${ESC}[0m`],
    ['c1', '\u009b31mc1\u009bm'],
    ['charset', `${ESC}(Bchar${ESC}%Gset`],
    ['saved', `${ESC}7sav${ESC}8ed${ESC}[!p${ESC}[?25l`],
    ['title', `${ESC}]0;window\u0007title`],
    ['title', `${ESC}]3008;start=a${ESC}\\title`],
    ['colour', `${ESC}]11;?\u009ccol\u009d4;1\u0007our`],
    ['dcs', `${ESC}P+q544e${ESC}\\dcs`],
    ['apc', `${ESC}_pay\u0007load${ESC}\\apc`],
    ['pm', '\u009epayload\u009cpm'],
    ['sos', `${ESC}Xpayload${ESC}\\sos`],
    ['screen', `${ESC}kroot@host: ~${ESC}\\screen`],
    ['screen without end', `${ESC}kscreen without end`],
    ['cancelled', `${ESC}]0;pay\u0018can${ESC}Pload\u001acelled`],
    ['palette', `${ESC}]P0000000${ESC}]P1cc0000pal${ESC}]Rette`],
    ['[  OK  ] Reached', `${ESC}P+q544E${ESC}\\[  OK  ] Reached`],
    ['title without end FAILED: 3 tests', `${ESC}]0;title without end FAILED: 3 tests`],
    ['title without end FAILED', `${ESC}]0;title without end ${ESC}[31mFAILED`],
    ['Plain', '\u009dPlain'],
    ['Read', '\u009dRead'],
    ['cancelled', `${ESC}[3\u0018can\u009b1;\u001acelled`],
    ['a\u0007b\rc', `a${ESC}[3\u00071mb\u009b\r4mc`],
    ['set', `${ESC}( Bset${ESC}$)C`],
    ['Dear \u00fc', `Dear ${ESC}[3\u00fc`],
    [`a${ESC}`, `a${ESC}`],
    [`a${ESC}`, `a${ESC}${ESC}[31m`],
    ['tmux', `${ESC}Ptmux;${ESC}${ESC}]0;title\u0007${ESC}\\tmux`],
    ['tmux', `${ESC}Ptmux;${ESC}${ESC}]0;title${ESC}${ESC}\\${ESC}\\tmux`],
    [`tmux;on a${ESC}`, `${ESC}Ptmux;on a${ESC}${ESC}[m`],
    ['not hex', `${ESC}]Pnot hex`],
  ])('%j', (shown, line) => expect(withoutEscapes(line)).toBe(shown))

  it.each([
    [`${ESC}[1;31ma\u009b0m`, ['1;31', '0']],
    [`${ESC}[38:5:208m${ESC}[m`, ['38:5:208', '']],
    [`${ESC}[5n${ESC}[1;2H${ESC}[2K`, []],
    [`${ESC}[?1m${ESC}[>4;1m${ESC}[1 m`, []],
  ])('%j styles what follows by %j', (line, styles) => {
    const told: string[] = []
    readEscapes(line, { text: () => {}, style: parameters => told.push(parameters) })
    expect(told).toEqual(styles)
  })

  it.each([
    [`${ESC}]8;;http://a/${ESC}\\b${ESC}]8;;\u0007`, ['http://a/', '']],
    [`${ESC}]8;id=1:x=2;http://a/?b;c\u009c`, ['http://a/?b;c']],
    [`${ESC}]8;;http://a/\u0018${ESC}]8;;http://b/\u001a`, []],
    [`${ESC}]8;\u0007${ESC}]80;;http://a/\u0007${ESC}P8;;http://a/${ESC}\\`, []],
  ])('%j leads to %j', (line, addresses) => {
    const told: string[] = []
    readEscapes(line, { text: () => {}, link: address => told.push(address) })
    expect(told).toEqual(addresses)
  })

  it('has nothing of a string that does not end where the line was cut', () => {
    let shown = ''
    const text = (part: string) => {
      shown += part
    }
    readEscapes(`a${ESC}]1337;File=:AAAA`, { text }, true)
    expect(shown).toBe('a')
  })

  const word = fc.constantFrom('word', ' ', '[ OK ]', '\\', 'R', 'P12', ';', '\u00e9', '\u{1f600}', '0m', ':')
  const visible = fc.array(word, { maxLength: 4 }).map(parts => parts.join(''))
  const payload = fc
    .array(fc.constantFrom('PAY', '1;2', ' ', '\\', '\u00e9', '[', '?'), { maxLength: 5 })
    .map(parts => parts.join(''))
  const end = fc.constantFrom(`${ESC}\\`, '\u009c', '\u0018', '\u001a')
  const sequence = fc.oneof(
    fc
      .tuple(fc.constantFrom(`${ESC}[`, '\u009b'), fc.stringMatching(/^[0-?]{0,6}[ -/]{0,2}[@-~]$/))
      .map(parts => parts.join('')),
    fc
      .tuple(
        fc.constantFrom('P', 'X', '^', '_').map(one => ESC + one),
        payload,
        end,
      )
      .map(parts => parts.join('')),
    fc
      .tuple(fc.constantFrom('\u0090', '\u0098', '\u009e', '\u009f'), payload, end)
      .map(parts => parts.join('')),
    fc
      .tuple(
        fc.constantFrom(`${ESC}]`, '\u009d'),
        fc.constantFrom('0;', '8;;', '52;c;', '133;A'),
        payload,
        fc.oneof(end, fc.constant('\u0007')),
      )
      .map(parts => parts.join('')),
    fc.constantFrom(
      `${ESC}]R`,
      `${ESC}]P0a1B2c3`,
      `${ESC}(B`,
      `${ESC}#8`,
      `${ESC}c`,
      `${ESC}=`,
      `${ESC}M`,
      '\u009c',
    ),
  )

  it('is all of the text and nothing of what is between, whatever follows on what', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(visible, sequence)), visible, (parts, last) => {
        const line = parts.map(([text, acts]) => text + acts).join('') + last
        expect(withoutEscapes(line)).toBe(parts.map(([text]) => text).join('') + last)
      }),
      { numRuns: 1000 },
    )
  })

  it('is all of a text without escapes, also where a string begins before it and never ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), text => {
        const plain = [...text].filter(char => !ACTS.test(char)).join('')
        expect(withoutEscapes(plain)).toBe(plain)
        expect(withoutEscapes(`${ESC}]0;${plain}`)).toBe(plain)
      }),
    )
  })
})
