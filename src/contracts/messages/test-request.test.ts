import { describe, expect, it } from 'vitest'
import { parseTestRequest, showTestRequest } from './test-request.ts'

const parse = (body: string) => parseTestRequest(Buffer.from(body))
function show(body: string): string {
  const parsed = parse(body)
  if (!parsed.ok) throw new Error(parsed.reason)
  return showTestRequest(parsed.request)
}

describe('a test request', () => {
  it('is shown as its publisher wrote it', () => {
    for (const body of [
      'gedit\n{"triggers": ["glib2.0/2.20-1"], "submit-time": "2026-09-01 10:11:12"}',
      'hello\n{"all-proposed": "1", "ppas": ["aa/bb"], "requester": "joe", "triggers": ["hello/1"]}',
      'hello\n{"env": ["GREETING=gr\\u00fc\\u00df dich"], "uuid": "x"}',
    ]) {
      expect(show(body)).toBe(body)
    }
  })

  it('may be of the older forms, which are shown as the newer', () => {
    expect(show('hello {"triggers": ["hello/1"]}')).toBe('hello\n{"triggers": ["hello/1"]}')
    expect(show('hello')).toBe('hello\n{}')
  })

  it('is hidden when it is private', () => {
    expect(show('hello\n{"readable-by": "joe", "ppas": ["u:secret@a/b"]}')).toBe('private job')
    expect(show('hello\n{"swiftuser": "joe", "swiftuser": null}')).toBe('private job')
  })

  it('shows no credentials, not even those of a key that is there twice', () => {
    expect(show('hello\n{"ppas": ["u:secret@a/b"], "ppas": ["u:secret@c/d"]}')).toBe(
      'hello\n{"ppas": ["c/d"]}',
    )
  })

  it.each([
    ['', 'nothing'],
    ['\n{}', 'no package'],
    ['{"triggers": []}', 'no package'],
    ['hello\n{"triggers": ', 'half of the JSON'],
    ['hello\n["secret"]', 'a list'],
    ['hello\nnull', 'null'],
    ['../etc/passwd\n{}', 'a path'],
    [`hello\n{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'deep nesting'],
    [`hello\n{"a": "${'x'.repeat(300_000)}"}`, 'a long value'],
  ])('%.40j is malformed (%s), and the reason quotes nothing', body => {
    const parsed = parse(body)
    expect(parsed.ok).toBe(false)
    expect(!parsed.ok && parsed.reason).not.toMatch(/secret|passwd/)
  })

  it('that is not UTF-8 is malformed, as for a worker', () => {
    expect(parseTestRequest(Buffer.from([0x68, 0x69, 0x0a, 0x7b, 0xff, 0x7d])).ok).toBe(false)
  })
})
