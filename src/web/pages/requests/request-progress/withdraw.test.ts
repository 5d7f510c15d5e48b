import { describe, expect, it } from 'vitest'
import { aQueue } from '../../../../../test/builders/live.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { aClaimed, aSubmitted } from '../../../../../test/web/submitted.ts'
import type { Launchpad } from '../../../../backends/launchpad/launchpad.ts'
import { staticLaunchpad } from '../../../../backends/launchpad/static.ts'
import type { NewRequest, SubmittedRequest } from '../../../../backends/state/requests.ts'
import { Unavailable } from '../../../../domain/errors.ts'
import { queueName } from '../../../../domain/queue/queue-name.ts'
import { type Log, silentLog } from '../../../../log.ts'

type Headers = Readonly<Record<string, string>>

/** Puts what was submitted where workers take it, between two others. */
async function waiting(site: Site, request: SubmittedRequest): Promise<SubmittedRequest> {
  const queue = queueName(request)
  await site.web.broker.declareQueues([queue])
  await site.web.store.createContainer('private-autopkgtest-noble', 'private')
  for (const body of ['first\n{}', request.body, 'last\n{}']) await site.web.broker.publish(queue, body)
  return request
}

const joes = async (site: Site, changes: Partial<NewRequest> = {}, params: Record<string, unknown> = {}) =>
  waiting(site, await aSubmitted(site, changes, params))

async function namesIn(site: Site, request: SubmittedRequest): Promise<(string | undefined)[]> {
  const peek = await site.web.broker.peek(queueName(request), 100)
  return (peek?.bodies ?? []).map(body => Buffer.from(body).toString().split('\n')[0])
}

const page = (site: Site, { uuid }: SubmittedRequest, headers: Headers) =>
  site.get(`/requests/${uuid}`, { headers })

/** What the button on the page posts. */
async function tokenOf(site: Site, request: SubmittedRequest, headers: Headers): Promise<string> {
  const field = (await page(site, request, headers)).document.querySelector('input[name=confirm]')
  return field?.getAttribute('value') ?? ''
}

const post = (site: Site, { uuid }: SubmittedRequest, headers: Headers, confirm: string) =>
  site.get(`/requests/${uuid}/withdraw`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ confirm })),
  })

const ALL = ['first', 'gzip', 'last']
const ADMINS = { settings: { admins: ['jane'] } }

describe('a waiting request', () => {
  it('is withdrawn by who asked for it, alone, and says so', async () => {
    const site = await aSite()
    const request = await joes(site)
    const joe = await signedInAs(site, 'joe')
    const answer = await post(site, request, joe, await tokenOf(site, request, joe))
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/requests/${request.uuid}`])
    expect(await namesIn(site, request)).toEqual(['first', 'last'])
    const today = new Date().toISOString().slice(0, 4)
    const shown = await page(site, request, joe)
    expect(shown.texts('main')[0]).toMatch(
      new RegExp(`withdrawn by joe, ${today}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC`),
    )
    expect(shown.document.querySelector('form[action$="/withdraw"]')).toBeNull()
  })

  it('may be pressed twice', async () => {
    const site = await aSite()
    const request = await joes(site)
    const joe = await signedInAs(site, 'joe')
    const token = await tokenOf(site, request, joe)
    for (const _ of ['once', 'twice']) expect((await post(site, request, joe, token)).status).toBe(303)
    expect(await namesIn(site, request)).toEqual(['first', 'last'])
  })

  it('has no button for anybody else, nor without a session', async () => {
    const site = await aSite()
    const request = await joes(site)
    for (const headers of [{}, await signedInAs(site, 'jane')]) {
      expect(await tokenOf(site, request, headers)).toBe('')
    }
  })

  it('stays when somebody else posts, even with the token of who asked', async () => {
    const site = await aSite()
    const request = await joes(site)
    const token = await tokenOf(site, request, await signedInAs(site, 'joe'))
    for (const headers of [{}, await signedInAs(site, 'jane')]) {
      expect((await post(site, request, headers, token)).status).toBe(403)
    }
    expect(await namesIn(site, request)).toEqual(ALL)
  })

  it('stays when a post is forged, and its owner is asked first', async () => {
    const site = await aSite()
    const [request, other] = [
      await joes(site),
      await aSubmitted(site, { package: 'dpkg', fingerprint: 'other' }),
    ]
    const [joe, again] = [await signedInAs(site, 'joe'), await signedInAs(site, 'joe')]
    const forged = [
      ...['', 'x', `${Date.now() + 60_000}.${'a'.repeat(43)}`],
      await tokenOf(site, other, joe),
      await tokenOf(site, request, again),
    ]
    for (const token of forged) {
      const answer = await post(site, request, joe, token)
      expect([answer.status, answer.texts('h1')], token).toEqual([403, ['Withdraw this request?']])
      expect(answer.headers.get('cache-control')).toBe('private, no-store')
    }
    expect(await namesIn(site, request)).toEqual(ALL)
    const asked = await post(site, request, joe, '')
    const fresh = asked.document.querySelector('input[name=confirm]')?.getAttribute('value') ?? ''
    expect((await post(site, request, joe, fresh)).status).toBe(303)
    expect(await namesIn(site, request)).toEqual(['first', 'last'])
  })

  it('that a worker has taken meanwhile is not said to be withdrawn', async () => {
    const site = await aSite()
    const request = await joes(site)
    const joe = await signedInAs(site, 'joe')
    const token = await tokenOf(site, request, joe)
    for (const _ of ['first', 'gzip']) await site.web.broker.take(queueName(request))
    const answer = await post(site, request, joe, token)
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('a worker has taken it')])
    expect((await site.web.state.requests.byUuid(request.uuid))?.state).toBe('published')
  })

  it('of which the broker has said nothing so far is left alone', async () => {
    const site = await aSite()
    const request = await waiting(site, await aClaimed(site))
    await site.web.snapshots.queued.replace(aQueue([request.body]))
    const joe = await signedInAs(site, 'joe')
    expect(await tokenOf(site, request, joe)).toBe('')
    const form = (await post(site, request, joe, '')).document.querySelector('input[name=confirm]')
    expect((await post(site, request, joe, form?.getAttribute('value') ?? '')).status).toBe(409)
    expect(await namesIn(site, request)).toEqual(ALL)
  })

  it('is not withdrawn by following a link', async () => {
    const site = await aSite()
    const request = await joes(site)
    const headers = await signedInAs(site, 'joe')
    const answer = await site.get(`/requests/${request.uuid}/withdraw`, { headers })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
  })
})

describe('an admin', () => {
  it('withdraws the request of somebody else, which is logged without credentials', async () => {
    const lines: unknown[] = []
    const log: Log = { ...silentLog, info: (...line: unknown[]) => void lines.push(line) }
    const site = await aSite([], { ...ADMINS, log })
    const request = await joes(site, {}, { 'test-git': 'https://joe:s3cret@git.example/x' })
    const jane = await signedInAs(site, 'jane')
    expect((await post(site, request, jane, await tokenOf(site, request, jane))).status).toBe(303)
    expect(await namesIn(site, request)).toEqual(['first', 'last'])
    expect((await page(site, request, {})).texts('main')[0]).toContain('withdrawn by jane')
    const logged = JSON.stringify(lines)
    expect(logged).toContain('"by":"jane","queue":"debci-noble-amd64","package":"gzip"')
    expect(logged).toContain(request.uuid)
    expect(logged).not.toContain('s3cret')
  })

  it('is whoever is in a team that is named, as Launchpad says; while it says nothing there is no button', async () => {
    let isAway = false
    const launchpad: Launchpad = {
      ...staticLaunchpad({ uploaders: [] }),
      isParticipant: async (nickname, team) => {
        if (isAway) throw new Unavailable('Launchpad does not answer')
        return nickname === 'jane' && team === 'release-team'
      },
    }
    const site = await aSite([], { settings: { admins: ['release-team'] }, launchpad })
    const request = await joes(site)
    const jane = await signedInAs(site, 'jane')
    const token = await tokenOf(site, request, jane)
    isAway = true
    expect((await page(site, request, jane)).status).toBe(200)
    expect(await tokenOf(site, request, jane)).toBe('')
    expect((await post(site, request, jane, token)).status).toBe(503)
    expect(await namesIn(site, request)).toEqual(ALL)
    isAway = false
    expect((await post(site, request, jane, token)).status).toBe(303)
  })
})

describe('a private request', () => {
  const READERS = { 'readable-by': 'jane' }

  it('is withdrawn by who asked for it; a reader may see it and no more', async () => {
    const site = await aSite()
    const request = await joes(site, { readableBy: ['jane'] }, READERS)
    const [joe, jane] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
    const token = await tokenOf(site, request, joe)
    expect((await page(site, request, jane)).status).toBe(200)
    expect(await tokenOf(site, request, jane)).toBe('')
    expect((await post(site, request, jane, token)).status).toBe(403)
    expect((await post(site, request, joe, token)).status).toBe(303)
    expect(await namesIn(site, request)).toEqual(['first', 'last'])
  })

  it('is 404 to strangers, and withdrawn by an admin; the log has its number alone', async () => {
    const lines: unknown[] = []
    const log: Log = { ...silentLog, info: (...line: unknown[]) => void lines.push(line) }
    const request = { readableBy: ['ann'], requester: 'ann', package: 'secret-thing' }
    const strange = await aSite()
    const hidden = await joes(strange, request, { 'readable-by': 'ann' })
    for (const headers of [{}, await signedInAs(strange, 'jane')]) {
      expect((await post(strange, hidden, headers, '')).status).toBe(404)
    }
    const site = await aSite([], { ...ADMINS, log })
    const waits = await joes(site, request, { 'readable-by': 'ann' })
    const jane = await signedInAs(site, 'jane')
    expect((await post(site, waits, jane, await tokenOf(site, waits, jane))).status).toBe(303)
    expect(await namesIn(site, waits)).toEqual(['first', 'last'])
    expect(JSON.stringify(lines)).toContain(waits.uuid)
    expect(JSON.stringify(lines)).not.toContain('secret-thing')
  })
})
