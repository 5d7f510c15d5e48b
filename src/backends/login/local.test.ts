import { describe, expect, it } from 'vitest'
import { localLogin } from './local.ts'

describe("login on one's own machine", () => {
  it('takes the users of the configuration for who they say they are, and nobody else', () => {
    const login = localLogin({ users: ['joe', 'jane'] })
    expect(login.users).toEqual(['joe', 'jane'])
    expect(login.choose('jane')).toEqual({ claimedId: 'local:jane', nickname: 'jane' })
    for (const name of ['', 'Joe', 'joe ', '__proto__']) expect(login.choose(name)).toBeUndefined()
  })
})
