import { describe, expect, it } from 'vitest'
import { parseJson } from './json.ts'

describe('JSON of others', () => {
  it.each([
    ['{"requester": "j\\udcf6rg"}', { requester: 'j\ufffdrg' }],
    ['["\\uD83D", ["x\\ude00"]]', ['\ufffd', ['x\ufffd']]],
    ['{"a\\udc80": {"b\\udc80": 1}}', { 'a\ufffd': { 'b\ufffd': 1 } }],
    ['"\\ud83d\\ude00 \\u00e9"', '\u{1f600} é'],
    ['"\\\\udcf6"', '\\udcf6'],
    ['[1, null, true, "x"]', [1, null, true, 'x']],
  ])('%s is read with texts that are whole', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  it.each([
    ['{"duration": NaN}', { duration: null }],
    ['[-Infinity, Infinity,NaN]', [null, null, null]],
    ['{"NaN": "-Infinity", "a\\"NaN": "\\\\", "b": NaN}', { NaN: '-Infinity', 'a"NaN': '\\', b: null }],
    ['{"a": "\\udcf6", "b": Infinity}', { a: '\ufffd', b: null }],
  ])('%s has null for what is no number', (text, value) => {
    expect(parseJson(text)).toEqual(value)
  })

  it('cannot reach a prototype by a name that is mended', () => {
    const read = parseJson('{"__proto__": {"x": "\\udcf6"}, "\\udcf6": 1}') as object
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
    expect(Object.keys(read)).toEqual(['__proto__', '\ufffd'])
  })

  it('that is none throws', () => {
    for (const text of ['', '{', '"\\udcf6', 'NaNs', '{"a": "NaN', '--Infinity', 'NaN"'])
      expect(() => parseJson(text)).toThrow(SyntaxError)
  })
})
