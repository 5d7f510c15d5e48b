import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { BadInput, Conflict } from '../../../domain/errors.ts'
import { fileSigning } from './signing.ts'

const NOW = new Date('2026-11-20T12:00:00Z')
const aFile = () => join(temporaryFolder(), 'deep', 'secret')

describe('a file of signing keys', () => {
  it('is made once, for its owner alone', async () => {
    const file = aFile()
    const keys = await fileSigning(file).keys(NOW)
    expect(keys).toEqual([expect.stringMatching(/^[\w-]{43}$/)])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await fileSigning(file).keys(NOW)).toEqual(keys)
  })

  it('signs with its first line and knows the others, as it is changed', async () => {
    const file = aFile()
    const signing = fileSigning(file)
    const [old] = await signing.keys(NOW)
    const fresh = 'n'.repeat(40)
    writeFileSync(file, `${fresh}\n${old}\n`)
    expect(await signing.keys(NOW)).toEqual([fresh, old])
    await expect(signing.rotate(NOW, { atOnce: true })).rejects.toBeInstanceOf(Conflict)
  })

  it('is named when it is empty, short or no file', async () => {
    const file = aFile()
    mkdirSync(file, { recursive: true })
    await expect(fileSigning(file).keys(NOW)).rejects.toThrow(`${file}: cannot be read`)
    for (const text of ['', '\n \n', 'short\n']) {
      const other = join(file, 'secret')
      writeFileSync(other, text)
      await expect(fileSigning(other).keys(NOW)).rejects.toBeInstanceOf(BadInput)
    }
  })
})
