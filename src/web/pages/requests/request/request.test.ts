import { beforeEach, describe, expect, it } from 'vitest'
import { aQueue, aRequest, aRunningTest } from '../../../../../test/builders/live.ts'
import { signedInAs } from '../../../../../test/web/sign-in.ts'
import { aSite, type Got, type Site } from '../../../../../test/web/site.ts'

const ASKED = 'package=hello&trigger=hello/1&release=noble&arch=amd64&arch=s390x'

let site: Site
let joe: { cookie: string }
beforeEach(async () => {
  site = await aSite()
  await site.web.broker.declareQueues(['debci-noble-amd64', 'debci-noble-s390x'])
  joe = await signedInAs(site, 'joe')
})

const see = (query: string, headers: Record<string, string> = joe) =>
  site.get(`/request?${query}`, { headers })
const values = (page: Got, name: string) =>
  [...page.document.querySelectorAll(`input[name="${name}"]`)].map(input => input.getAttribute('value'))
const checked = (page: Got) =>
  [...page.document.querySelectorAll('input[checked]')].map(input => input.getAttribute('value'))

describe('the request form', () => {
  it('is filled in as its address says, without a preview', async () => {
    const page = await see(`${ASKED}&ppa=alice/tools&all-proposed=1`)
    expect(page.status).toBe(200)
    expect(values(page, 'package')).toEqual(['hello'])
    expect(values(page, 'trigger')).toEqual(['hello/1', ''])
    expect(values(page, 'ppa')).toEqual(['alice/tools', ''])
    expect(checked(page)).toEqual(['amd64', 's390x', '1'])
    expect(page.texts('option[selected]')).toEqual(['noble'])
    expect(page.texts('#preview h2, .problem').join('')).toBe('')
  })

  it('has chosen what has only one answer, until somebody says otherwise', async () => {
    const one = await aSite([], { settings: { releases: ['jammy', 'noble'], arches: ['amd64'] } })
    const { document } = await one.get('/request')
    expect(document.querySelector('option[selected]')?.getAttribute('value')).toBe('noble')
    expect(document.querySelector('input[name="arch"]')?.getAttribute('checked')).not.toBeNull()
    const given = await one.get('/request?release=jammy&preview=1&package=gzip')
    expect(given.document.querySelector('option[selected]')?.getAttribute('value')).toBe('jammy')
    expect(given.document.querySelector('input[name="arch"]')?.getAttribute('checked')).toBeNull()
    expect(given.texts('#arch-problem')).toEqual(['On which architecture?'])
  })

  it('sends just what the request page reads: both take the same address', async () => {
    const page = await see(ASKED)
    const names = [...page.document.querySelectorAll('form.request [name]')].map(one =>
      one.getAttribute('name'),
    )
    expect([...new Set(names)]).toEqual([
      'package',
      'trigger',
      'release',
      'arch',
      'ppa',
      'all-proposed',
      'preview',
      'more',
    ])
    expect(page.document.querySelector('button[formaction="/request.cgi"]')?.getAttribute('name')).toBeNull()
    const sent = await site.get(`/request.cgi?${ASKED}&trigger=&ppa=`, { headers: joe })
    expect(sent.text).toContain('Test request submitted.')
  })

  it.each([
    ['5', 6],
    ['0', 1],
    ['-3', 1],
    ['1e9', 101],
    ['x', 1],
  ])('has by more=%s %i empty fields for PPAs', async (more, count) => {
    expect(values(await see(`more=${more}`), 'ppa')).toHaveLength(count)
  })

  it('is for one reader', async () => {
    const page = await see(ASKED)
    expect(page.headers.get('cache-control')).toContain('no-store')
    expect(page.texts('header.site .account')).toEqual(['joe Log out'])
  })
})

describe('the preview', () => {
  it('says what would be queued where, and why one may; and queues nothing', async () => {
    const page = await see(`${ASKED}&preview=1`)
    expect(page.texts('.previewed tbody tr')).toEqual([
      'amd64goes to the queue debci-noble-amd64',
      's390xgoes to the queue debci-noble-s390x',
    ])
    expect(page.texts('.may')).toEqual(['You are allowed to request this: you can upload hello.'])
    expect(await site.web.broker.take('debci-noble-amd64')).toBeUndefined()
  })

  it('leads to what runs or waits already', async () => {
    const params = { triggers: ['hello/1'] }
    await site.web.snapshots.running.replace(aRunningTest('hello', params, { arch: 's390x' }))
    await site.web.snapshots.queued.replace(aQueue([aRequest('hello', params)]))
    const page = await see(`${ASKED}&preview=1`)
    const hrefs = [...page.document.querySelectorAll('.previewed a')].map(a => a.getAttribute('href'))
    expect(hrefs).toEqual(['/running#queue-ubuntu-noble-amd64', '/running#pkg-hello'])
  })

  it('says which architecture keeps the others from being queued', async () => {
    await site.web.snapshots.running.replace(aRunningTest('hello', { triggers: ['hello/1'] }))
    const page = await see(`${ASKED}&preview=1`)
    expect(page.texts('#preview .problem')).toEqual([
      'Nothing would be queued: a request is accepted as a whole. Leave out amd64.',
    ])
    const none = await see(`${ASKED.replace('&arch=s390x', '')}&preview=1`)
    expect(none.texts('#preview .problem')).toEqual([
      'Nothing would be queued: none of these tests can be queued.',
    ])
  })

  it('says that nothing consumes a queue', async () => {
    const page = await see(`${ASKED.replace('s390x', 'arm64')}&preview=1`)
    expect(page.texts('.previewed tbody tr')[1]).toContain('nothing consumes noble/arm64')
  })

  it('says all that is wrong beside the fields', async () => {
    const page = await see('preview=1&package=A&trigger=x&trigger=hello/1&release=warty&arch=vax&ppa=me&x=1')
    const beside = (id: string) => page.texts(`#${id}-problem`)
    expect(beside('package')).toEqual(['Malformed package'])
    expect(beside('trigger-1')).toEqual(['Malformed trigger, must be srcpackage/version'])
    expect(beside('trigger-2')).toEqual([''])
    expect(beside('release')).toEqual(['release warty not found'])
    expect(beside('arch')).toEqual(['arch vax not found'])
    expect(beside('ppa-1')).toEqual(['A PPA is written owner/name'])
    expect(page.texts('#preview li')).toContain('Invalid argument x')
    expect([...page.document.querySelectorAll('[aria-invalid]')]).toHaveLength(4)
  })

  it('asks for what is missing', async () => {
    const page = await see('preview=1&package=&trigger=&release=')
    expect(page.texts('#preview li')).toHaveLength(4)
  })

  it('tells who may not, and by when one may again', async () => {
    const jane = await signedInAs(site, 'jane')
    expect((await see(`${ASKED}&preview=1`, jane)).texts('#preview .problem')[0]).toContain(
      'You are not allowed to request this.',
    )
    const strict = await aSite([], { settings: { requestsPerHour: 1 } })
    await strict.web.broker.declareQueues(['debci-noble-amd64', 'debci-noble-s390x'])
    const headers = await signedInAs(strict, 'joe')
    const page = await strict.get(`/request?${ASKED}&preview=1`, { headers })
    expect(page.texts('#preview .problem')[0]).toMatch(/too many tests.* Try again in 60 minutes\.$/)
  })

  it('tells a stranger to log in, and comes back to the form as it is filled in', async () => {
    const page = await see(`${ASKED}&preview=1`, {})
    expect(page.status).toBe(200)
    expect(page.texts('.previewed tbody tr')).toHaveLength(2)
    expect(page.document.querySelector('form.login [name=next]')?.getAttribute('value')).toBe(
      `https://autopkgtest.example/request?${ASKED}&preview=1`,
    )
    expect(page.texts('.may')).toEqual([])
  })

  it('takes a session that nobody signed for none', async () => {
    const page = await see(ASKED, { cookie: `session=${'a'.repeat(43)}.${'b'.repeat(43)}; signed_in_as=joe` })
    expect(page.texts('header.site .account')).toEqual(['Log in'])
  })
})

describe('a hostile address of the form', () => {
  it('shows markup as text wherever it stands', async () => {
    const evil = encodeURIComponent(`"'><script>alert(1)</script>`)
    const names = ['package', 'trigger', 'release', 'arch', 'ppa', 'readable-by', 'all-proposed', evil]
    const page = await see(`preview=1&${names.map(name => `${name}=${evil}`).join('&')}`)
    expect(page.status).toBe(200)
    expect(page.text).not.toContain('<script>alert')
    expect(values(page, 'package')).toEqual([`"'><script>alert(1)</script>`])
  })

  it('may have hundreds of triggers', async () => {
    const triggers = Array.from({ length: 600 }, (_, index) => `trigger=a${index}/1`).join('&')
    const page = await see(`preview=1&package=hello&release=noble&arch=amd64&${triggers}`)
    expect(page.texts('#preview li')).toEqual(['More than 500 values in one request'])
    expect(values(page, 'trigger')).toHaveLength(601)
    const most = triggers.split('&').slice(0, 499).join('&')
    const fits = await see(`preview=1&package=hello&release=noble&arch=amd64&${most}`)
    expect(fits.texts('#preview summary')).toEqual(['496 more'])
  })
})
