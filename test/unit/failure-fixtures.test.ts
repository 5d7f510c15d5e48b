import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failuresIn, logOf } from '../builders/failing-log.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/failures')
const PRINTED = join(FOLDER, 'printed')
const marksOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'marks.json'), 'utf8')) as Record<string, number[]>
/** What tests print, each below `=== NAME RESULT`, with `»` before the lines that people marked. */
const MARKED = readFileSync(join(FOLDER, 'marked.txt'), 'utf8')
  .split(/^=== (?=[a-z])/m)
  .slice(1)
  .map(test => {
    const [head = '', ...lines] = test.trimEnd().split('\n')
    const marked = lines.flatMap((line, at) => (/^»./.test(line) ? [at + 1] : []))
    const [, name = '', reason = ''] = /^(\S+) FAIL (.*)$/.exec(head) ?? []
    return { name, reason, printed: lines.map(line => line.replace(/^»/, '')), marked }
  })
/** Lines of autopkgtest's own before what the test printed. */
const BEFORE = 3

describe('a log of a test that failed', () => {
  it.each(Object.entries(marksOf(FOLDER)))('of %s tells a line first that people marked', (name, marked) => {
    const [failure] = failuresIn(readFileSync(join(FOLDER, `${name}.log`)))
    expect(failure?.test).toBe('upstream')
    expect(marked).toContain(failure?.lines[0]?.number)
    expect(failure?.signature).not.toBe('')
  })

  it.each(Object.entries(marksOf(PRINTED)))('that printed what %s does is the same', (name, marked) => {
    const [failure] = failuresIn(logOf(readFileSync(join(PRINTED, `${name}.txt`), 'utf8').trimEnd()))
    expect(marked.map(line => line + BEFORE)).toContain(failure?.lines[0]?.number)
    expect(failure?.signature).not.toBe('')
  })

  it.each(MARKED)('that printed what $name does tells a marked line first', ({ printed, reason, marked }) => {
    const [failure] = failuresIn(logOf(printed.join('\n'), reason))
    expect(marked.map(line => line + BEFORE)).toContain(failure?.lines[0]?.number)
    expect(failure?.signature).not.toBe('')
  })
})
