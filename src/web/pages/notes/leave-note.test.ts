import { describe, expect, it } from 'vitest'
import { aFailure } from '../../../../test/builders/failures.ts'
import { aRun, type RunBuilder } from '../../../../test/builders/run.ts'
import {
  addressOf,
  aFailedSite,
  FAILURE,
  fail,
  fieldsOf,
  JSON_ONLY,
  leave,
  notesOn,
} from '../../../../test/web/notes.ts'
import { signedInAs } from '../../../../test/web/sign-in.ts'
import { staticLaunchpad } from '../../../backends/launchpad/static.ts'
import { Unavailable } from '../../../domain/errors.ts'
import { links } from '../../links.ts'

it('is looked at no more of who was refused 200 times in an hour, and still of others', async () => {
  const launchpad = staticLaunchpad({ uploaders: ['joe', 'jane'] })
  const { site, run } = await aFailedSite({ launchpad })
  const [joe, jane] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
  const refusal = { source: 'page', address: '192.0.2.7', asked: '', reason: 'no', at: new Date() } as const
  for (let n = 0; n < 200; n++) await site.web.state.requests.refused({ ...refusal, requester: 'joe' })
  const fields = { ...fieldsOf(run), at: `failure:${await addressOf(site, run)}`, text: 'Known.' }
  const refused = await leave(site, fields, joe)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600'])
  expect(await notesOn(site, run)).toEqual([])
  expect((await leave(site, fields, jane)).status).toBe(303)
})

describe('a note at a failure', () => {
  it('is left from the run page, and stands wherever something fails so, and nowhere else', async () => {
    const { site, run, other } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    const page = await site.get(links.run(run))
    const [place] = [...page.document.querySelectorAll('.leave-note option')]
    const at = place?.getAttribute('value') as string
    expect(at).toBe(`failure:${await addressOf(site, run)}`)

    const text = 'Known <i>: LP: #2051234\nhttps://example.org/?a=1&b=2'
    const answer = await leave(site, { ...fieldsOf(run), at, text }, joe)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/^\/packages\/hello\/noble\/amd64\/.*#note-[0-9a-f]{12}$/),
    ])
    const shown = await site.get(links.run(run))
    expect(shown.texts('.failures .note-text')).toEqual([text.replace('\n', ' ')])
    const hrefs = [...shown.document.querySelectorAll('.note-text a')].map(a => [
      a.getAttribute('href'),
      a.getAttribute('rel'),
    ])
    expect(hrefs).toEqual([
      ['https://bugs.launchpad.net/bugs/2051234', 'nofollow noopener'],
      ['https://example.org/?a=1&b=2', 'nofollow noopener'],
    ])
    expect(shown.document.querySelector('.note-text i')).toBeNull()
    expect(await notesOn(site, other)).toEqual([])

    const next = aRun().of('gzip').failing()
    await site.record(next)
    await fail(site, next, FAILURE)
    expect(await notesOn(site, next)).toHaveLength(1)
    expect((await site.get(links.runJson(next))).json<{ notes: { author: string }[] }>().notes).toMatchObject(
      [
        {
          author: 'joe',
          at: 'failure',
          package: 'hello',
          failure: { line: { number: 12, text: 'cannot open <b>' } },
        },
      ],
    )
  })

  it('of a subtest stands at that subtest alone', async () => {
    const { site, run } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    const at = `subtest:${await addressOf(site, run)}:upstream`
    await leave(site, { ...fieldsOf(run), at, text: 'known' }, joe)
    const [again, elsewhere, gzip] = [aRun().failing(), aRun().failing(), aRun().of('gzip').failing()]
    await site.record(again, elsewhere, gzip)
    await fail(site, again, FAILURE)
    await fail(site, elsewhere, aFailure('cannot open <b>', { test: 'other' }))
    await fail(site, gzip, FAILURE)
    expect(await Promise.all([again, elsewhere, gzip].map(one => notesOn(site, one)))).toEqual([
      ['known'],
      [],
      [],
    ])
  })

  it('is refused at a run that did not fail so', async () => {
    const { site, run, other } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    const address = await addressOf(site, run)
    const refused = async (fields: Record<string, string>) => {
      const answer = await leave(site, { text: 'x', ...fields }, joe)
      return [answer.status, answer.texts('main p')[0]]
    }
    expect(await refused({ ...fieldsOf(other), at: `failure:${address}` })).toEqual([
      400,
      'This run is not known to have failed this way.',
    ])
    expect(await refused({ ...fieldsOf(run), at: `subtest:${address}:b` })).toEqual([
      400,
      'This run is not known to have failed this way in this subtest.',
    ])
    expect(await refused({ ...fieldsOf(run), run: '20200101_000000_abcde@', at: 'test' })).toEqual([
      404,
      'There is no such run of hello on noble amd64.',
    ])
    expect(await refused({ package: 'nothing', at: 'package' })).toEqual([
      404,
      'There is no test of nothing.',
    ])
    expect(await refused({ ...fieldsOf(run), at: 'test', arches: 'vax' })).toEqual([
      400,
      'arches: vax is not tested here.',
    ])
    expect(await site.web.state.notes.list({}, { limit: 9 })).toEqual([])
  })
})

describe('a note at a test or a package', () => {
  it('stands above its runs, marked as such', async () => {
    const { site, run } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    await leave(site, { ...fieldsOf(run), at: 'test', text: 'flaky' }, joe)
    await leave(
      site,
      { package: 'hello', at: 'package', text: 'orphaned', arches: 'armhf', until: 'pass' },
      joe,
    )
    const armhf = aRun().on('noble', 'armhf')
    await site.record(armhf)
    const above = async (one: RunBuilder) => (await site.get(links.run(one))).texts('main > .notes .note p')
    expect(await above(run)).toEqual([
      'flaky',
      expect.stringContaining('about the test hello on noble amd64.'),
    ])
    expect(await above(armhf)).toEqual([
      'orphaned',
      expect.stringContaining('about the package hello, on armhf, until it passes.'),
    ])
  })
})

describe('who may leave a note', () => {
  it('are those who may request a test of the package, as the run was requested', async () => {
    const uploaders: Record<string, readonly string[]> = { hello: ['joe'], glibc: ['jane'] }
    const launchpad = {
      ...staticLaunchpad({ uploaders: [] }),
      mayUpload: async (nickname: string, { package: name }: { package: string }) =>
        uploaders[name]?.includes(nickname) ?? false,
    }
    const { site, run } = await aFailedSite({ launchpad })
    const triggered = aRun().failing().triggeredBy('glibc/2.42')
    await site.record(triggered)
    const jane = await signedInAs(site, 'jane')
    const leaving = (one: RunBuilder) => leave(site, { ...fieldsOf(one), at: 'test', text: 'mine' }, jane)
    const refused = await leaving(run)
    expect([refused.status, refused.texts('.problem, .note-text')]).toEqual([
      403,
      ['You may not request a test of hello, so you may not leave a note there.', 'mine'],
    ])
    expect((await leaving(triggered)).status).toBe(303)
    expect(await site.web.state.requests.refusals({ limit: 9, offset: 0 })).toMatchObject([
      {
        requester: 'jane',
        asked: 'note=test hello noble amd64',
        reason: expect.stringContaining('You may not'),
      },
    ])
  })

  it('cannot be said while Launchpad is away: 503', async () => {
    const away = async () => Promise.reject(new Unavailable('launchpad is away'))
    const { site, run } = await aFailedSite({
      launchpad: { ...staticLaunchpad({ uploaders: ['joe'] }), mayUpload: away },
    })
    const joe = await signedInAs(site, 'joe')
    const answer = await leave(site, { ...fieldsOf(run), at: 'test', text: 'x' }, joe)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
    expect(answer.texts('.problem')).toEqual([expect.stringContaining('Launchpad does not answer')])
    expect(await site.web.state.notes.list({}, { limit: 9 })).toEqual([])
  })

  it('is nobody without a session, who is led to log in and back to what they wrote', async () => {
    const { site, run } = await aFailedSite()
    const answer = await leave(site, { ...fieldsOf(run), at: 'test', text: 'two\nlines' })
    expect([answer.status, answer.texts('pre.note-text')]).toEqual([403, ['two lines']])
    const next = answer.document.querySelector('.login [name=next]')?.getAttribute('value') as string
    const back = await site.get(next.slice('https://autopkgtest.example'.length), {
      headers: await signedInAs(site, 'joe'),
    })
    expect([back.status, back.texts('.note-form textarea')]).toEqual([200, ['two lines']])
  })

  it('is a script with a key, which is told of the note', async () => {
    const { site, run } = await aFailedSite()
    const key = await site.web.state.accounts.createKey('joe', undefined, new Date())
    const headers = { ...JSON_ONLY, authorization: `Bearer ${key}` }
    const answer = await leave(site, { ...fieldsOf(run), at: 'test', text: 'LP: #1' }, { headers })
    expect(answer.status).toBe(201)
    const note = answer.json<{ id: string; url: string }>()
    expect(note).toMatchObject({
      author: 'joe',
      at: 'test',
      links: [{ name: 'LP #1' }],
      url: answer.headers.get('location'),
    })
    const wrong = await leave(
      site,
      { ...fieldsOf(run), at: 'test', text: 'x' },
      { headers: { ...JSON_ONLY, authorization: 'Bearer x' } },
    )
    expect([wrong.status, wrong.headers.get('content-type')]).toEqual([403, 'application/problem+json'])
    const anonymous = await leave(site, { ...fieldsOf(run), at: 'test', text: 'x' }, { headers: JSON_ONLY })
    expect(anonymous.status).toBe(403)
  })

  it('is asked first where another site sent the form, and never by a prefetch', async () => {
    const { site, run } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    const fields = { ...fieldsOf(run), at: 'test', text: 'forged' }
    const foreign = { ...joe, headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } }
    const cookie = joe.cookie.replace(/(^|; )session=/, '$1__Host-session=')
    const asked = await leave(site, fields, { ...foreign, cookie })
    expect([asked.status, asked.texts('h1')]).toEqual([200, ['Leave this note?']])
    expect(await site.web.state.notes.list({}, { limit: 9 })).toEqual([])
    const confirm = asked.document.querySelector('[name=confirm]')?.getAttribute('value') as string
    const other = await leave(site, { ...fields, text: 'another', confirm }, { ...foreign, cookie })
    expect(other.texts('h1')).toEqual(['Leave this note?'])
    expect((await leave(site, { ...fields, confirm }, { ...foreign, cookie })).status).toBe(303)
    const ahead = await leave(site, fields, {
      cookie,
      headers: { 'sec-fetch-site': 'same-origin', 'sec-purpose': 'prefetch' },
    })
    expect(ahead.status).toBe(503)
  })

  it('may leave fifty a day', async () => {
    const { site, run } = await aFailedSite()
    const joe = await signedInAs(site, 'joe')
    const fields = { ...fieldsOf(run), at: 'test', text: 'again' }
    for (let n = 0; n < 50; n++) expect((await leave(site, fields, joe)).status).toBe(303)
    const limited = await leave(site, fields, joe)
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3600'])
    expect((await site.get(links.run(run))).texts('.notes > p')).toEqual(['40 more notes'])
  })
})
