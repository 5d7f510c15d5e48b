import { describe, expect, it } from 'vitest'
import { hasCredentials, isPrivateRequest, maskCredentials } from './request-redaction.ts'

describe('redaction of requests', () => {
  it('takes the presence of readable-by or swiftuser for private, whatever they hold', () => {
    for (const value of ['joe', ['joe'], [], '', null, false]) {
      expect(isPrivateRequest({ 'readable-by': value })).toBe(true)
      expect(isPrivateRequest({ swiftuser: value })).toBe(true)
    }
    expect(isPrivateRequest({ requester: 'joe', triggers: [] })).toBe(false)
  })

  it('leaves of a PPA what names it', () => {
    const ppas = ['owner/name', 'user:token@owner/name', 'u:t@k/en@owner/name:FINGERPRINT']
    expect(maskCredentials({ ppas })).toEqual({
      ppas: ['owner/name', 'owner/name', 'owner/name:FINGERPRINT'],
    })
  })

  it('knows what carries credentials, and what only looks like it', () => {
    expect(hasCredentials({ ppas: ['joe/a', 'user:token@joe/b'] })).toBe(true)
    expect(hasCredentials({ 'build-git': 'https://h/r', 'test-git': 'https://u:s@h/r' })).toBe(true)
    expect(hasCredentials({ ppas: ['joe/a'], 'test-git': 'git@host:path', env: ['a@b'] })).toBe(false)
    expect(hasCredentials({})).toBe(false)
  })

  it('finds credentials however deep a hostile value hides them', () => {
    const masked = maskCredentials({
      ppas: { a: [['user:secret@o/n']] },
      'test-git': ['https://u:secret@h/r'],
    })
    expect(JSON.stringify(masked)).not.toContain('secret')
  })

  it('takes user and password out of the address of a repository', () => {
    expect(
      maskCredentials({
        'build-git': 'https://user:secret@example.org/a.git#refs/pull/1/head',
        'test-git': 'git@example.org:a/b',
        env: ['GITHUB_STATUSES_URL=https://example.org/@x'],
      }),
    ).toEqual({
      'build-git': 'https://example.org/a.git#refs/pull/1/head',
      'test-git': 'git@example.org:a/b',
      env: ['GITHUB_STATUSES_URL=https://example.org/@x'],
    })
  })
})
