import { expect, it } from 'vitest'
import { confirmationToken, isConfirmed } from './confirmation.ts'
import { openSigner } from './signer.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')
const MINUTE_MS = 60_000
const JOE = { nickname: 'joe', secret: 'a secret' }
const QUERY = 'release=noble&package=hello'
const signer = openSigner({ keys: async () => ['k'.repeat(43)], rotate: async () => {} })

it('is good for ten minutes', async () => {
  const token = await confirmationToken(signer, JOE, QUERY, NOW)
  expect(await isConfirmed(signer, JOE, QUERY, token, NOW + 9 * MINUTE_MS)).toBe(true)
  expect(await isConfirmed(signer, JOE, QUERY, token, NOW + 10 * MINUTE_MS)).toBe(false)
  expect(await isConfirmed(signer, JOE, `${QUERY}&x=1`, token, NOW)).toBe(false)
})

it('is not good for years because it was made while the clock was ahead', async () => {
  const token = await confirmationToken(signer, JOE, QUERY, NOW + 3 * 365 * 24 * 60 * MINUTE_MS)
  expect(await isConfirmed(signer, JOE, QUERY, token, NOW)).toBe(false)
  const ofAnotherWebsite = await confirmationToken(signer, JOE, QUERY, NOW + MINUTE_MS)
  expect(await isConfirmed(signer, JOE, QUERY, ofAnotherWebsite, NOW)).toBe(true)
})
