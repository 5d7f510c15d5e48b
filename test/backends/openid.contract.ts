import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import type { RedirectLogin } from '../../src/backends/login/login.ts'
import { openidLogin } from '../../src/backends/login/openid.ts'
import { BadInput } from '../../src/domain/errors.ts'

const REALM = 'https://ci.example.org/'
export const RETURN_TO = 'https://ci.example.org/login?state=s%26t%C3%A4te&next=%2Frequest.cgi%3Fa%3D1'

/** Remembers nonces, for ever. */
export function newNonces(): Parameters<RedirectLogin['complete']>[2] {
  const seen = new Set<string>()
  return async nonce => !seen.has(nonce) && Boolean(seen.add(nonce))
}

/** What returns to the site when a browser is sent to the provider: by a redirect, or by a form. */
export async function browse(login: RedirectLogin, returnTo = RETURN_TO): Promise<URLSearchParams> {
  const page = await fetch(await login.begin(REALM, returnTo), { redirect: 'manual' })
  const location = page.headers.get('location')
  if (location !== null) return new URL(location).searchParams
  const { document } = parseHTML(await page.text())
  const answer = new URL(document.querySelector('form')?.getAttribute('action') as string).searchParams
  for (const input of document.querySelectorAll('input[name]'))
    answer.append(input.getAttribute('name') as string, input.getAttribute('value') ?? '')
  return answer
}

type Forge = (answer: URLSearchParams) => void
const set =
  (name: string, value: string): Forge =>
  answer =>
    answer.set(`openid.${name}`, value)
const drop =
  (name: string): Forge =>
  answer =>
    answer.delete(`openid.${name}`)
/** Removes a name from the list of signed fields. */
const unsign =
  (name: string): Forge =>
  answer => {
    const signed = (answer.get('openid.signed') as string).split(',')
    answer.set('openid.signed', signed.filter(one => one !== name).join(','))
  }
const both =
  (...forges: Forge[]): Forge =>
  answer => {
    for (const forge of forges) forge(answer)
  }
const elsewhere = (text: string | null) => (text as string).replace(/\/\/[^/]+/, '//evil.example.org')

/** Answers that somebody forged from a good one, and the reason why they are refused. */
const FORGED: readonly (readonly [title: string, forge: Forge, reason: RegExp])[] = [
  [
    'a name that is put in the place of one that was never signed',
    both(unsign('sreg.nickname'), set('sreg.nickname', 'release-admin')),
    /name is not signed/,
  ],
  [
    'a second name space, whose name was never signed',
    both(set('ns.x', 'http://openid.net/sreg/1.0'), set('x.nickname', 'release-admin')),
    /name is not signed/,
  ],
  ['a name space that was not signed', unsign('ns.sreg'), /name is not signed/],
  ['another name', set('sreg.nickname', 'bob'), /did not confirm/],
  ['no name', both(drop('sreg.nickname'), unsign('sreg.nickname')), /did not send your Launchpad name/],
  ['a name that is none', set('sreg.nickname', 'Alice<b>'), /not a valid Launchpad name/],
  [
    'another identity on the same site',
    answer => {
      const bob = `${new URL(answer.get('openid.op_endpoint') as string).origin}/+id/bob`
      answer.set('openid.claimed_id', bob)
      answer.set('openid.identity', bob)
    },
    /did not confirm/,
  ],
  [
    'an identity of another site',
    answer => {
      answer.set('openid.claimed_id', elsewhere(answer.get('openid.claimed_id')))
      answer.set('openid.identity', elsewhere(answer.get('openid.identity')))
    },
    /another site/,
  ],
  [
    'two identities',
    answer => answer.set('openid.identity', `${answer.get('openid.identity')}x`),
    /two identities/,
  ],
  [
    'the site itself for an identity',
    answer => {
      const root = `${new URL(answer.get('openid.op_endpoint') as string).origin}/`
      answer.set('openid.claimed_id', root)
      answer.set('openid.identity', root)
    },
    /another site/,
  ],
  [
    'another provider',
    answer => {
      answer.set('openid.op_endpoint', elsewhere(answer.get('openid.op_endpoint')))
    },
    /another provider/,
  ],
  ['another return address', set('return_to', 'https://other.example.org/login'), /another address/],
  ['a return address with another query', set('return_to', `${RETURN_TO}&x=1`), /another address/],
  [
    'a query that is not that of the return address',
    answer => answer.set('next', '/evil'),
    /another address/,
  ],
  ['a query that is there twice', answer => answer.append('next', '/evil'), /another address/],
  ['an old nonce', set('response_nonce', '2020-01-01T00:00:00Zabc'), /took too long/],
  ['a nonce of the future', set('response_nonce', '2099-01-01T00:00:00Zabc'), /future/],
  ['a nonce without a time', set('response_nonce', 'abc'), /no timestamp/],
  [
    'another nonce',
    answer => {
      answer.set('openid.response_nonce', `${answer.get('openid.response_nonce')}x`)
    },
    /did not confirm/,
  ],
  ['another signature', set('sig', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA='), /did not confirm/],
  ['no signature', drop('sig'), /not signed/],
  ['an empty signature', set('sig', ''), /not signed/],
  ['a made-up association', set('assoc_handle', '{HMAC-SHA1}{1}{x}'), /did not confirm/],
  ['nothing that is signed', set('signed', ''), /not signed/],
  [
    'a list with a name twice',
    answer => {
      answer.set('openid.signed', `${answer.get('openid.signed')},claimed_id`)
    },
    /twice/,
  ],
  [
    'a signed field that is not there',
    answer => {
      answer.set('openid.signed', `${answer.get('openid.signed')},sreg.email2`)
    },
    /not signed/,
  ],
  ...['op_endpoint', 'return_to', 'response_nonce', 'assoc_handle', 'claimed_id', 'identity'].flatMap(
    name =>
      [
        [`${name} unsigned`, unsign(name), /not signed/],
        [`no ${name}`, drop(name), /not signed/],
      ] as const,
  ),
  ['a doubled field', answer => answer.append('openid.sreg.nickname', 'bob'), /twice/],
  [
    'a doubled field of the same value',
    answer => {
      answer.append('openid.mode', 'id_res')
    },
    /twice/,
  ],
  ['a line break in a field', set('sreg.nickname', 'alice\nsreg.email:x'), /control character/],
  ['a cancelled login', set('mode', 'cancel'), /was cancelled/],
  ['a provider that refuses', set('mode', 'error'), /refused/],
  ['a provider that would have to ask', set('mode', 'setup_needed'), /refused/],
  ['another mode', set('mode', 'check_authentication'), /neither yes nor no/],
  ['no mode', drop('mode'), /neither yes nor no/],
  ['another protocol', set('ns', 'http://openid.net/signon/1.1'), /follow OpenID 2.0/],
  [
    'many fields',
    answer => {
      for (let n = 0; n < 200; n++) answer.append(`openid.x${n}`, '1')
    },
    /too long/,
  ],
  ['an endless field', set('x', 'x'.repeat(70_000)), /too long/],
  [
    'nothing',
    answer => {
      for (const key of [...answer.keys()]) answer.delete(key)
    },
    /neither yes nor no/,
  ],
]

/** The contract of our relying party with a provider that keeps to OpenID 2.0, in which everybody is alice. */
export function describeOpenid(provider: string, start: () => Promise<{ readonly url: string }>): void {
  const open = async () => {
    const { url } = await start()
    return openidLogin({ openidUrl: url })
  }

  describe(`login by ${provider}`, () => {
    it('tells who came back', async () => {
      const login = await open()
      const identity = await login.complete(await browse(login), { returnTo: RETURN_TO }, newNonces())
      expect(identity).toEqual({
        claimedId: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/\+id\/alice$/),
        nickname: 'alice',
      })
    })

    it('takes an answer once, and another of the same person', async () => {
      const login = await open()
      const takeNonce = newNonces()
      const answer = await browse(login)
      await login.complete(answer, { returnTo: RETURN_TO }, takeNonce)
      await expect(login.complete(answer, { returnTo: RETURN_TO }, takeNonce)).rejects.toThrow(BadInput)
      const again = await browse(login)
      expect(await login.complete(again, { returnTo: RETURN_TO }, takeNonce)).toMatchObject({
        nickname: 'alice',
      })
    })

    it("does not take the answer of another browser's login", async () => {
      const login = await open()
      const answer = await browse(login, RETURN_TO.replace('state=', 'state=other'))
      const complete = login.complete(answer, { returnTo: RETURN_TO }, newNonces())
      await expect(complete).rejects.toThrow('another address')
    })

    it.each(FORGED)('does not take %s', async (_, forge, reason) => {
      const login = await open()
      const answer = await browse(login)
      forge(answer)
      const complete = login.complete(answer, { returnTo: RETURN_TO }, newNonces())
      await expect(complete).rejects.toThrow(BadInput)
      await expect(complete).rejects.toThrow(reason)
    })
  })
}
