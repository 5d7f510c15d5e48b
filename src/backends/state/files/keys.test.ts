import { writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../../test/builders/databases.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { type Log, silentLog } from '../../../log.ts'
import { sqliteState } from '../sqlite/sqlite.ts'
import { withFileKeys } from './file-keys.ts'

const NOW = new Date('2026-09-01T10:00:00Z')

async function accountsWith(text: string) {
  const folder = temporaryFolder()
  const file = join(folder, 'keys.json')
  const write = (content: string) => writeFileSync(file, content, { mode: 0o600 })
  write(text)
  const state = await sqliteState({ file: join(folder, 'state.db'), log: silentLog })
  onTestFinished(() => state.close())
  const warnings: string[] = []
  const log: Log = {
    ...silentLog,
    warn: (fields, message) => void warnings.push(JSON.stringify(fields) + message),
  }
  return { accounts: withFileKeys(state.accounts, file, log), file, write, warnings }
}

describe('a file of plain API keys', () => {
  it('names the owner of its keys, beside those of the database, and warns once', async () => {
    const { accounts, warnings } = await accountsWith('{"robot": "sesame", "joe": "secret"}')
    const key = await accounts.createKey('ann', undefined, NOW)
    expect(await accounts.keyOwner(key, NOW)).toBe('ann')
    expect(warnings).toEqual([])
    expect(await accounts.keyOwner('sesame', NOW)).toBe('robot')
    expect(await accounts.keyOwner('secret', NOW)).toBe('joe')
    expect(await accounts.keyOwner('other', NOW)).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('in plain text')])
    expect(warnings.join()).not.toContain('sesame')
  })

  it('is read again when it has changed', async () => {
    const { accounts, write } = await accountsWith('{"robot": "sesame"}')
    expect(await accounts.keyOwner('sesame', NOW)).toBe('robot')
    write('{"robot": "changed key"}')
    expect(await accounts.keyOwner('sesame', NOW)).toBeUndefined()
    expect(await accounts.keyOwner('changed key', NOW)).toBe('robot')
  })

  it('that is missing or broken is an outage that quotes nothing, and no hindrance to other keys', async () => {
    const { accounts, file, write } = await accountsWith('{"robot": "sesame"')
    const key = await accounts.createKey('ann', undefined, NOW)
    for (const spoil of [async () => {}, async () => write('["sesame"]'), () => rm(file)]) {
      await spoil()
      const failure = await accounts.keyOwner('sesame', NOW).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(Unavailable)
      expect(String(failure)).toContain('the file of API keys cannot be read')
      expect(String(failure)).not.toContain('sesame')
    }
    expect(await accounts.keyOwner(key, NOW)).toBe('ann')
  })
})
