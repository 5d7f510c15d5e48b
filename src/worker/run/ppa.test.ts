import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BadInput } from '../../domain/errors.ts'
import { aptLogin, aptSources, fetchPpaKey, parsePpa } from './ppa.ts'

const KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n'

/** Acts as Launchpad and key server; anything unknown is a 404. */
async function serve(answers: Readonly<Record<string, string>>) {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? '']
    response.writeHead(answer === undefined ? 404 : 200).end(answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { publicUrl: 'https://ppa.x', privateUrl: 'https://private.x', keyserverUrl: url, launchpadUrl: url }
}

const FINGERPRINT = '0123456789ABCDEF0123456789ABCDEF01234567'
const LAUNCHPAD = '/~joe/+archive/ubuntu/tools?ws.op=getSigningKeyData'

describe('a PPA', () => {
  it('is two lines of apt’s sources, and a login that stands in neither', async () => {
    const places = await serve({})
    expect(aptSources(parsePpa('joe/tools'), 'noble', places)).toEqual([
      'deb https://ppa.x/joe/tools/ubuntu noble main',
      'deb-src https://ppa.x/joe/tools/ubuntu noble main',
    ])
    expect(aptLogin(parsePpa('joe/tools'), places)).toBeUndefined()
    const secret = parsePpa(`me:t0ken@joe/tools:${FINGERPRINT}`)
    expect(aptSources(secret, 'noble', places).join()).not.toContain('t0ken')
    expect(aptLogin(secret, places)).toBe(
      'machine https://private.x/joe/tools/ubuntu login me password t0ken\n',
    )
  })

  it.each(['joe', 'joe/a/b/c', '-x/y', 'joe/to ols', 'joe/tools:zz', 'a:b@', 'joe/tools\n'])(
    'is not %j',
    text => {
      expect(() => parsePpa(text)).toThrow(BadInput)
    },
  )

  it('is trusted by the key that Launchpad has, or the key server if a fingerprint is given', async () => {
    const places = await serve({
      [LAUNCHPAD]: JSON.stringify(KEY),
      [`/pks/lookup?op=get&options=mr&search=0x${FINGERPRINT}`]: KEY,
    })
    expect(await fetchPpaKey(parsePpa('joe/tools'), places)).toBe(KEY)
    expect(await fetchPpaKey(parsePpa(`joe/tools:${FINGERPRINT}`), places)).toBe(KEY)
    await expect(fetchPpaKey(parsePpa('joe/other'), places)).rejects.toThrow(
      'joe/other cannot be fetched: status 404',
    )
  })

  it('has no key that does not end: it is not read to its end', async () => {
    let sent = 0
    const server = createServer((_request, response) => {
      const go = (): void => {
        sent += 1
        response.write('x'.repeat(65_536), error => (error ? undefined : setImmediate(go)))
      }
      go()
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const places = { publicUrl: url, privateUrl: url, keyserverUrl: url, launchpadUrl: url }
    await expect(fetchPpaKey(parsePpa('joe/tools'), places)).rejects.toThrow(
      'the key server of the PPA joe/tools answers with more than 1048576 bytes',
    )
    expect(sent).toBeGreaterThan(15)
  })

  it('has no key that is none', async () => {
    const places = await serve({ [LAUNCHPAD]: '"deb http://evil"' })
    await expect(fetchPpaKey(parsePpa('joe/tools'), places)).rejects.toThrow(BadInput)
  })
})
