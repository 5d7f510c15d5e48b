import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { openidLogin } from '../../src/backends/login/openid.ts'
import { Unavailable } from '../../src/domain/errors.ts'
import { browse, describeOpenid, newNonces, RETURN_TO } from '../backends/openid.contract.ts'
import { describeWith, startOpenidProvider } from './harness/index.ts'

describeWith(['openid'], "python3-openid's provider", () => {
  let shared: Awaited<ReturnType<typeof startOpenidProvider>>
  beforeAll(async () => {
    shared = await startOpenidProvider()
  })
  afterAll(() => shared.stop())
  const start = async () => {
    const provider = await startOpenidProvider()
    onTestFinished(() => provider.stop())
    return provider
  }

  describeOpenid('python3-openid', async () => shared)

  it('answers by a form where an address would be too long', async () => {
    const { url } = await start()
    const login = openidLogin({ openidUrl: url })
    const returnTo = `${RETURN_TO}&trigger=${'hello%2F1%20'.repeat(200)}`
    const answer = await browse(login, returnTo)
    expect(await login.complete(answer, { returnTo }, newNonces())).toMatchObject({ nickname: 'alice' })
  })

  it('tells one person from the next', async () => {
    const provider = await start()
    const login = openidLogin({ openidUrl: provider.url })
    await provider.logInAs('bob')
    const bob = await login.complete(await browse(login), { returnTo: RETURN_TO }, newNonces())
    expect(bob).toEqual({ claimedId: `${provider.url}+id/bob`, nickname: 'bob' })
  })

  it('is missed when it is killed, and found again when it is back', async () => {
    const provider = await start()
    const login = openidLogin({ openidUrl: provider.url })
    const answer = await browse(login)
    await provider.kill()
    const complete = () => login.complete(answer, { returnTo: RETURN_TO }, newNonces())
    await expect(complete()).rejects.toThrow(Unavailable)
    await provider.restart()
    const again = await browse(login)
    expect(await login.complete(again, { returnTo: RETURN_TO }, newNonces())).toMatchObject({
      nickname: 'alice',
    })
  })
})
