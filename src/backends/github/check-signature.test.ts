import { createHmac } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { Unavailable } from '../../domain/errors.ts'
import { signedBySecrets } from './check-signature.ts'

const BODY = Buffer.from('{"zen": "Speak like a human.", "ü": "\u0000"}')
const sign = (algorithm: 'sha1' | 'sha256', secret: string, body = BODY) =>
  `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`

function open(content: unknown) {
  const file = join(temporaryFolder(), 'secrets.json')
  const write = (secrets: unknown) => {
    writeFileSync(`${file}.new`, typeof secrets === 'string' ? secrets : JSON.stringify(secrets))
    renameSync(`${file}.new`, file)
  }
  write(content)
  const isSigned = signedBySecrets(file)
  return {
    write,
    sha256: (signature: string | undefined, name = 'hello') =>
      isSigned(name, BODY, { sha256: signature, sha1: undefined }),
    sha1: (signature: string | undefined, name = 'hello') =>
      isSigned(name, BODY, { sha256: undefined, sha1: signature }),
    both: (sha256: string, sha1: string) => isSigned('hello', BODY, { sha256, sha1 }),
  }
}

describe('a signature', () => {
  it('is that of the example in GitHub’s documentation', async () => {
    const file = join(temporaryFolder(), 'secrets.json')
    writeFileSync(file, JSON.stringify({ hello: "It's a Secret to Everybody" }))
    const sha256 = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    const isSigned = signedBySecrets(file)
    expect(await isSigned('hello', Buffer.from('Hello, World!'), { sha256, sha1: undefined })).toBe(true)
    expect(await isSigned('hello', Buffer.from('Hello, World?'), { sha256, sha1: undefined })).toBe(false)
  })

  it('is made with the secret of the package, by SHA-256 or, in old set-ups, by SHA-1', async () => {
    const { sha256, sha1 } = open({ hello: 'a', gzip: 'b' })
    expect(await sha256(sign('sha256', 'a'))).toBe(true)
    expect(await sha1(sign('sha1', 'a'))).toBe(true)
    expect(await sha256(sign('sha256', 'b'))).toBe(false)
    expect(await sha1(sign('sha1', 'b'))).toBe(false)
    expect(await sha256(sign('sha256', 'a'), 'gzip')).toBe(false)
  })

  it('may be made with any of several secrets while they are changed', async () => {
    const { sha256 } = open({ hello: ['new', 'old'] })
    expect(await sha256(sign('sha256', 'old'))).toBe(true)
    expect(await sha256(sign('sha256', 'new'))).toBe(true)
    expect(await sha256(sign('sha256', 'older'))).toBe(false)
  })

  it('by SHA-1 does not count beside one by SHA-256', async () => {
    const { both } = open({ hello: 'a' })
    expect(await both(sign('sha256', 'x'), sign('sha1', 'a'))).toBe(false)
    expect(await both('', sign('sha1', 'a'))).toBe(false)
    expect(await both(sign('sha256', 'a'), sign('sha1', 'x'))).toBe(true)
  })

  const good = sign('sha256', 'a')
  it.each([
    undefined,
    '',
    'sha256=',
    good.slice(0, -1),
    `${good}0`,
    good.slice(0, -2),
    `${good.slice(0, -1)}g`,
    good.slice('sha256='.length),
    good.replace('sha256', 'sha1'),
    good.replace('sha256', 'SHA256'),
    ` ${good}`,
    `${good}\n`,
    `${good}, ${good}`,
    `sha256=${'ü'.repeat(64)}`,
    `sha256=${'0'.repeat(64)}`,
    'x'.repeat(100_000),
  ])('is none: %j', async signature => {
    const { sha256, sha1 } = open({ hello: 'a' })
    expect(await sha256(signature)).toBe(false)
    expect(await sha1(signature)).toBe(false)
  })

  it('is never good for a package without a secret, whatever its name', async () => {
    const { sha256 } = open({ hello: 'a' })
    for (const name of ['', 'gzip', '__proto__', 'constructor', 'toString']) {
      for (const secret of ['', 'a', 'undefined'])
        expect(await sha256(sign('sha256', secret), name)).toBe(false)
    }
    const nothing = signedBySecrets(undefined)
    expect(await nothing('hello', BODY, { sha256: sign('sha256', ''), sha1: undefined })).toBe(false)
  })
})

describe('the file of secrets', () => {
  it('is read again when it has changed', async () => {
    const { write, sha256 } = open({ hello: 'a' })
    expect(await sha256(sign('sha256', 'b'))).toBe(false)
    write({ hello: ['a', 'b'] })
    expect(await sha256(sign('sha256', 'b'))).toBe(true)
    write({})
    expect(await sha256(sign('sha256', 'b'))).toBe(false)
  })

  it.each([
    '',
    '{"hello": "s3cret"',
    '["s3cret"]',
    { hello: '' },
    { hello: 7 },
    { hello: [''] },
    { hello: { a: 's3cret' } },
  ])('that makes no sense is told of without what is in it: %j', async content => {
    const { sha256 } = open(content)
    const asked = sha256(sign('sha256', 's3cret'))
    await expect(asked).rejects.toThrow(Unavailable)
    await expect(asked).rejects.toThrow(
      /^the file of GitHub secrets cannot be read: it is not (valid|a) JSON/,
    )
    await expect(asked).rejects.not.toThrow(/s3cret/)
  })
})
