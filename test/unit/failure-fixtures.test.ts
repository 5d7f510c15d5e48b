import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failuresIn } from '../builders/failing-log.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/failures')
const marks = JSON.parse(readFileSync(join(FOLDER, 'marks.json'), 'utf8')) as Record<string, number[]>

describe('a log of a test that failed', () => {
  it.each(Object.entries(marks))('of %s tells a line first that people marked', (name, marked) => {
    const [failure] = failuresIn(readFileSync(join(FOLDER, `${name}.log`)))
    expect(failure?.test).toBe('upstream')
    expect(marked).toContain(failure?.lines[0]?.number)
    expect(failure?.signature).not.toBe('')
  })
})
