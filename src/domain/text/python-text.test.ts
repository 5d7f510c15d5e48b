import { describe, expect, it } from 'vitest'
import { pythonJson, pythonRepr, pythonStr } from './python-text.ts'

/** A value, then what CPython 3.11 prints for `repr(json.loads(…))` and `json.dumps(json.loads(…))`. */
const PRINTED: readonly [unknown, string, string][] = [
  ['hello', `'hello'`, '"hello"'],
  ["it's", `"it's"`, `"it's"`],
  [`both ' and "`, `'both \\' and "'`, `"both ' and \\""`],
  ['a\\b\n\r\t', `'a\\\\b\\n\\r\\t'`, '"a\\\\b\\n\\r\\t"'],
  ['\u0000\u001b\u007f', `'\\x00\\x1b\\x7f'`, '"\\u0000\\u001b\\u007f"'],
  ['é €', `'é €'`, '"\\u00e9 \\u20ac"'],
  ['\u00a0\u00ad\u2028\ufeff', `'\\xa0\\xad\\u2028\\ufeff'`, '"\\u00a0\\u00ad\\u2028\\ufeff"'],
  ['🠉', `'🠉'`, '"\\ud83e\\udc09"'],
  ['\u{e0001}', `'\\U000e0001'`, '"\\udb40\\udc01"'],
  ['\ud800', `'\\ud800'`, '"\\ud800"'],
  [['hello/1', 'b/2'], `['hello/1', 'b/2']`, '["hello/1", "b/2"]'],
  [{ a: [1, true, null], b: {} }, `{'a': [1, True, None], 'b': {}}`, '{"a": [1, true, null], "b": {}}'],
  [[], '[]', '[]'],
  [-1.5, '-1.5', '-1.5'],
]

describe('text as Python prints it', () => {
  it.each(PRINTED)('prints %j as repr() and json.dumps() do', (value, repr, json) => {
    expect(pythonRepr(value)).toBe(repr)
    expect(pythonJson(value)).toBe(json)
  })

  it('leaves strings alone in str(), and only there', () => {
    expect(pythonStr("it's")).toBe("it's")
    expect(pythonStr(["it's"])).toBe(`["it's"]`)
    expect(pythonStr(false)).toBe('False')
  })
})
