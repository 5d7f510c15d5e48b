import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../../test/builders/databases.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { paceOf } from '../../../../../test/web/pace.ts'
import { aSite, type Element, type Got } from '../../../../../test/web/site.ts'

const hello = () => aRun().of('hello')

/** The table as the Go client (autopkgtests-automation) reads it: status and link by release and arch. */
function readAsGoClient(page: Got): Map<string, { status: string; link: string | null }> {
  const tables = [...page.document.querySelectorAll('table')]
  const table = tables.find(one => one.getAttribute('class')?.includes('table'))
  const rows = [...(table as Element).querySelectorAll('tr')]
  const heads = [...(rows[0] as Element).querySelectorAll('th')].map(th => th.textContent.trim())
  expect(heads[0]).toBe('')
  const found = new Map<string, { status: string; link: string | null }>()
  for (const row of rows.slice(1)) {
    const arch = row.querySelector('th')?.textContent.trim()
    const cells = [...row.querySelectorAll('td')]
    expect(cells).toHaveLength(heads.length - 1)
    for (const [index, cell] of cells.entries()) {
      const link = [...cell.children].find(child => child.outerHTML.startsWith('<a'))
      const status = cell.textContent.trim()
      found.set(`${heads[index + 1]}/${arch}`, { status, link: link?.getAttribute('href') ?? null })
    }
  }
  return found
}

describe('the JSON of a package', () => {
  it('has the newest run of each of its tests, and is linked from its page', async () => {
    const [older, newest] = [hello().passing(), hello().failing()]
    const site = await aSite([older, newest])
    const page = await site.get('/packages/hello')
    const link = [...page.document.querySelectorAll('a')].find(a => a.textContent === 'As JSON')
    expect((await site.get(link?.getAttribute('href') ?? '')).json()).toMatchObject({
      package: 'hello',
      tests: [
        { release: 'noble', arch: 'amd64', run_id: newest.runId, verdict: 'fail', version: newest.version },
      ],
    })
    expect((await site.get('/packages/nope.json')).json()).toMatchObject({ package: 'nope', tests: [] })
  })

  it('keeps an ending .json where it is a part of the name', async () => {
    const site = await aSite([aRun().of('node.json')])
    expect((await site.get('/packages/node.json')).texts('h1')).toEqual(['node.json'])
    expect((await site.get('/packages/node.json.json')).json()).toMatchObject({ package: 'node.json' })
  })
})

describe('the page of a package', () => {
  it('is read by the Go client: a table of words with relative links', async () => {
    const site = await aSite([
      hello().on('noble', 'amd64').passing(),
      hello().on('noble', 's390x').failing(),
      hello().on('resolute', 'amd64').neutral(),
    ])
    for (const path of ['/packages/hello', '/packages/h/hello']) {
      const read = readAsGoClient(await site.get(path))
      expect(read).toEqual(
        new Map([
          ['noble/amd64', { status: 'pass', link: 'hello/noble/amd64' }],
          ['resolute/amd64', { status: 'neutral', link: 'hello/resolute/amd64' }],
          ['noble/s390x', { status: 'fail', link: 'hello/noble/s390x' }],
          ['resolute/s390x', { status: '', link: null }],
        ]),
      )
      for (const { link } of read.values()) {
        if (link === null) continue
        const target = new URL(link, `http://site${path}`).pathname
        expect((await site.get(target)).texts('h1')[0]).toContain('hello on')
      }
    }
  })

  it('is read by the Go client: what is running, with its UUID above its release', async () => {
    const site = await aSite([hello()])
    const uuid = '01234567-89ab-cdef-0123-456789abcdef'
    const params = { uuid, triggers: ['hello/2'], requester: 'joe' }
    await site.web.snapshots.running.replace({
      hello: { "triggers_['hello/2'];": { noble: { amd64: [params, 4210, '<tail>'] } } },
    })
    const page = await site.get('/packages/hello')
    const lines = page.text.split('\n')
    const release = lines.findIndex(line => line.includes('<th>Release:</th>'))
    expect(lines[release + 1]).toContain('<td>noble</td>')
    const arch = lines.findIndex(line => line.includes('<th>Architecture:</th>'))
    expect(lines[arch + 1]).toContain('<td>amd64</td>')
    expect(lines.slice(arch).some(line => line.includes('Running for:'))).toBe(true)
    const above = lines.slice(Math.max(0, release - 20), release + 1).join('\n')
    expect(above).toContain(`<th>UUID:</th><td>${uuid}</td>`)
    expect(page.texts('.tail pre')).toEqual(['<tail>'])
    expect(page.text).toContain('1h 10m 10s')
  })

  it('takes the newest run of each test by run id', async () => {
    const site = await aSite([
      hello().endedAt('2026-09-02T10:00:00').failing(),
      hello().endedAt('2026-09-01T10:00:00').passing(),
    ])
    expect((await site.get('/packages/hello')).texts('.matrix td')).toEqual(['fail'])
  })

  it('leaves out releases that are not configured, and keeps their arches', async () => {
    const site = await aSite([hello().on('trusty', 'powerpc'), hello().on('noble', 'amd64')])
    const page = await site.get('/packages/hello')
    expect(page.texts('.matrix thead th')).toEqual(['', 'noble'])
    expect(page.texts('.matrix tbody th')).toEqual(['amd64', 'powerpc'])
  })

  it('lists what does not pass with its log and a retry', async () => {
    const site = await aSite([hello().on('noble', 'amd64').triggeredBy('glibc/2.39').failing(), hello()])
    const failed = await aSite([hello().on('noble', 's390x').triggeredBy('glibc/2.39', 'x/1').failing()])
    expect((await site.get('/packages/hello')).texts('.runs tbody tr')).toEqual([])
    const retry = (await failed.get('/packages/hello')).document.querySelector('a.retry')
    expect(retry?.getAttribute('href')).toBe(
      '/request.cgi?release=noble&arch=s390x&package=hello&trigger=glibc%2F2.39&trigger=x%2F1',
    )
  })

  it('shows what waits, and folds what is too much', async () => {
    const site = await aSite([hello()])
    const request = 'hello\n{"triggers": ["hello/3"], "submit-time": "2026-09-01 10:11:12+0000"}'
    const requests = Array.from({ length: 9 }, () => request)
    const queues = { ubuntu: { noble: { amd64: { size: 9, requests: ['private job', ...requests] } } } }
    await site.web.snapshots.queued.replace({ releases: ['noble'], arches: ['amd64'], queues })
    await paceOf(site, 2)
    const page = await site.get('/packages/hello')
    expect(page.texts('[data-head=Place]').slice(0, 2)).toEqual(['2', '3'])
    expect(page.texts('summary')).toEqual(['3 more'])
    expect(page.texts('[data-head^=Likely]')[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d to .*\d\d:\d\d$/)
  })

  it('says in britney’s words what else holds its uploads up', async () => {
    const excuses = join(temporaryFolder(), 'update_excuses.yaml')
    const item = (source: string, version: string) =>
      `- excuses:\n  - ∙ ∙ <b>Too young</b>\n  new-version: ${version}\n  source: ${source}\n`
    writeFileSync(excuses, `sources:\n${item('hello', "'3'")}${item('hello-2', '9')}`)
    const site = await aSite([hello()], { documents: { excuses } })
    const page = await site.get('/packages/hello')
    expect(page.texts('.excuse summary')).toEqual(['What britney says of hello/3: no verdict'])
    expect(page.texts('.excuse li')).toEqual(['∙ ∙ Too young'])
    expect(page.document.querySelector('.excuse a')?.getAttribute('href')).toBe('/triggers/hello/3')
    expect((await site.get('/packages/gzip')).texts('.excuse')).toEqual([])
  })

  it('explains itself with 200 for a package that nobody knows, in any form of address', async () => {
    const site = await aSite()
    for (const path of ['/packages/nope', '/packages/n/nope', '/packages/%ff', '/packages/A%20B']) {
      const page = await site.get(path)
      expect(page.status, path).toBe(200)
      expect(page.texts('.empty')[0], path).toContain('No results of a package named')
    }
  })

  it('is read by ppa-dev-tools: hash, package and release lead to the package', async () => {
    const site = await aSite([hello().on('noble', 'amd64')])
    const page = await site.get('/packages/h/hello/noble')
    expect(page.status).toBe(200)
    expect(page.texts('h1')).toEqual(['hello'])
    const link = page.document.querySelector('.matrix td a')?.getAttribute('href') ?? ''
    const target = new URL(link, 'http://site/packages/h/hello/noble').pathname
    expect((await site.get(target)).texts('h1')).toEqual(['hello on noble amd64'])
  })

  it('has its place after three parts only if the third is a release', async () => {
    const site = await aSite([hello().on('noble', 'amd64'), aRun().of('noble').on('jammy', 'amd64')])
    expect((await site.get('/packages/hello/noble/amd64')).texts('h1')).toEqual(['hello on noble amd64'])
    expect((await site.get('/packages/n/noble/jammy')).texts('h1')).toEqual(['noble'])
    expect((await site.get('/packages/a/b/c')).texts('h1')).toEqual(['a on b c'])
  })
})
