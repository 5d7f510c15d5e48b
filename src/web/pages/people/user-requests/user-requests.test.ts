import { describe, expect, it } from 'vitest'
import { aQueue } from '../../../../../test/builders/live.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { aClaimed, aSubmitted, runIdOf } from '../../../../../test/web/submitted.ts'

const at = (second: number) => new Date(Date.UTC(2026, 8, 1, 10, 0, second))

async function refuse(site: Site, requester: string, reason: string): Promise<void> {
  const asked = 'release=noble&package=<b>&trigger=x/1'
  await site.web.state.requests.refused({ requester, reason, asked, source: 'page', address: '', at: at(0) })
}

describe('what somebody requested here', () => {
  it('is listed in every state, the newest first, with ways to each', async () => {
    const site = await aSite()
    const done = await aSubmitted(site, { package: 'done' }, {}, at(1))
    const failed = await aClaimed(site, { package: 'failed' }, {}, at(2))
    const waiting = await aSubmitted(site, { package: 'waiting' }, {}, at(3))
    await aSubmitted(site, { package: 'elsewhere', requester: 'ann' }, {}, at(4))
    await site.web.state.requests.failed(failed.uuid, 'no queue')
    await site.web.snapshots.queued.replace(aQueue([waiting.body]))
    await site.record(aRun().of('done').triggeredBy('gzip/1.12-1').named(runIdOf(done)))
    const page = await site.get('/user/joe/requests')
    expect(page.texts('td.id')).toEqual(['queued #1', 'not queued', 'pass'])
    expect(page.texts('[data-head="Package"]')).toEqual(['waiting', 'failed', 'done'])
    expect(page.text).toContain('no queue')
    expect(page.document.querySelector('td.id a')?.getAttribute('href')).toBe(
      `/packages/done/noble/amd64/${runIdOf(done)}`,
    )
    expect(page.document.querySelector('.links a')?.getAttribute('href')).toBe(`/requests/${waiting.uuid}`)
  })

  it('is withdrawn there by who asked for it and by admins, while it waits, and by nobody else', async () => {
    const site = await aSite([], { settings: { admins: ['jane'] } })
    const queue = 'debci-noble-amd64'
    await site.web.broker.declareQueues([queue])
    const asked = [await aSubmitted(site, { package: 'a' }), await aSubmitted(site, { package: 'b' })]
    for (const { body } of asked) await site.web.broker.publish(queue, body)
    await aClaimed(site, { package: 'being-sent' })
    const [joe, jane] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
    const page = (headers: Record<string, string>) => site.get('/user/joe/requests', { headers })
    expect((await page({})).texts('form[action$="/withdraw"]')).toEqual([])
    const stranger = await site.get('/user/joe/requests', {
      headers: await signedInAs(await aSite(), 'joe'),
    })
    expect(stranger.texts('form[action$="/withdraw"]')).toEqual([])
    for (const [headers, name, left] of [
      [joe, 'a', ['b']],
      [jane, 'b', []],
    ] as const) {
      const rows = [...(await page(headers)).document.querySelectorAll('tbody tr')]
      const form = rows
        .find(row => row.querySelector('[data-head="Package"]')?.textContent === name)
        ?.querySelector('form')
      const confirm = form?.querySelector('input[name=confirm]')?.getAttribute('value') ?? ''
      const answer = await site.get(form?.getAttribute('action') ?? '', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: String(new URLSearchParams({ confirm })),
      })
      expect(answer.status).toBe(303)
      const peek = await site.web.broker.peek(queue, 9)
      expect(peek?.bodies.map(body => Buffer.from(body).toString().split('\n')[0])).toEqual(left)
    }
    expect((await page(joe)).texts('form[action$="/withdraw"]')).toEqual([])
  })

  it('is listed to its end in pages, with nothing twice where many came in one moment', async () => {
    const site = await aSite()
    for (let n = 0; n < 7; n++) await aSubmitted(site, { package: `p${n}` }, {}, at(n > 4 ? 9 : 1))
    const seen: string[] = []
    let path: string | undefined = '/user/joe/requests?limit=3'
    while (path !== undefined) {
      const page = await site.get(path, { headers: { accept: 'application/json' } })
      const { requests, next } = page.json<{ requests: { package: string }[]; next?: string }>()
      seen.push(...requests.map(request => request.package))
      path = next && `${new URL(next).pathname}${new URL(next).search}&limit=3`
    }
    expect(seen).toHaveLength(7)
    expect(new Set(seen).size).toBe(7)
    expect(seen.slice(0, 2).sort()).toEqual(['p5', 'p6'])
  })

  it('leaves out for others what is private or was refused, and leaves no gap', async () => {
    const site = await aSite()
    await site.web.store.createContainer('private-autopkgtest-noble', 'private')
    for (let n = 0; n < 4; n++) {
      await aSubmitted(site, { package: `open${n}` }, {}, at(2 * n))
      await aSubmitted(
        site,
        { package: `secret${n}`, readableBy: ['ann'] },
        { 'readable-by': 'ann' },
        at(2 * n),
      )
    }
    await refuse(site, 'joe', 'You are not allowed')
    const [joe, jane] = [await signedInAs(site, 'joe'), await signedInAs(site, 'jane')]
    for (const headers of [{}, jane]) {
      const page = await site.get('/user/joe/requests?limit=3', { headers })
      expect(page.texts('[data-head="Package"]')).toEqual(['open3', 'open2', 'open1'])
      expect(page.text).not.toContain('secret')
      expect(page.text).not.toContain('not allowed')
    }
    const own = await site.get('/user/joe/requests', { headers: joe })
    expect(own.texts('[data-head="Package"]')).toHaveLength(8)
    expect(own.text).toContain('secret3 <span class="extras">private')
    expect(own.texts('[data-head="Why"]')).toEqual(['You are not allowed'])
    expect(own.texts('[data-head="Asked for"]')[0]).toContain('package=<b>')
    expect(own.headers.get('cache-control')).toBe('private, no-store')
  })

  it.each(['x', '1-x', '999999999999999-', `99999999999999999-${'0'.repeat(36)}`])(
    'begins at the newest for the place %s, which is none',
    async after => {
      const site = await aSite()
      await aSubmitted(site)
      const page = await site.get(`/user/joe/requests?after=${after}`)
      expect(page.texts('[data-head="Package"]')).toEqual(['gzip'])
    },
  )

  it('is nothing yet for somebody nobody knows, and says so', async () => {
    const page = await (await aSite()).get('/user/%3Cscript%3E/requests')
    expect(page.texts('.empty')[0]).toContain('<script> has not requested a test on this site')
    expect(page.text).not.toContain('<script>"')
  })

  it('is a part of their page that script asks for, so that the page is the same for everybody', async () => {
    const site = await aSite()
    await aSubmitted(site)
    const joe = await signedInAs(site, 'joe')
    const [strange, own] = [await site.get('/user/joe/'), await site.get('/user/joe/', { headers: joe })]
    expect(own.text).toBe(strange.text)
    expect(own.headers.get('set-cookie')).toBeNull()
    const place = own.document.querySelector('[data-include]')
    expect(place?.getAttribute('data-include')).toBe('/user/joe/requests?limit=5')
    expect(place?.querySelector('a')?.getAttribute('href')).toBe('/user/joe/requests')
    const part = await site.get('/user/joe/requests?limit=5')
    expect(part.texts('[data-included] [data-head="Package"]')).toEqual(['gzip'])
  })
})
