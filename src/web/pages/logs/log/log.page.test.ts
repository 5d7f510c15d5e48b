import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aFailure } from '../../../../../test/builders/failures.ts'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { runDirectory } from '../../../../domain/run/container.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { links } from '../../../links.ts'

const LOG = `autopkgtest [14:38:11]: version 5.28
autopkgtest [14:38:23]: test one: preparing testbed
autopkgtest [14:38:28]: test one: [-----------------------
<script>alert(1)</script>
autopkgtest [14:38:29]: test one: -----------------------]
one                  FAIL stderr: <b>
autopkgtest [14:38:31]: @@@@@@@@@@@@@@@@@@@@ summary
one                  FAIL stderr: <b>
`

const RUN = aRun().of('hello').on('noble', 'amd64').failing()

async function aSiteWithLog(log: Uint8Array, run: Run = RUN): Promise<Site> {
  const site = await aSite([run])
  await site.web.store.createContainer('autopkgtest-noble', 'public')
  await site.web.store.put('autopkgtest-noble', `${runDirectory(run)}/log.gz`, log)
  return site
}

describe('the log page', () => {
  it('says how long each section took, and where it stood still', async () => {
    const own = (seconds: string, text: string) => `${seconds} autopkgtest [14:38:11]: test one: ${text}\n`
    const log = [
      own('  1s', 'preparing testbed'),
      own('  2s', '[-----------------------'),
      '  3s waits\n',
      '603s killed\n',
      own('604s', '-----------------------]'),
    ]
    const site = await aSiteWithLog(gzipSync(log.join('')))
    const page = await site.get(links.log(RUN))
    expect(page.texts('.log-contents .times')).toEqual(['0h 10m 03s, no line for 0h 10m 00s'])
    expect(page.document.querySelector('.times a')?.getAttribute('href')).toBe('#L3')
    expect(page.document.querySelector('.times meter')?.getAttribute('value')).toBe('603')
  })

  it('shows the log in sections, the contents before it, the failed test unfolded', async () => {
    const site = await aSiteWithLog(gzipSync(LOG))
    const page = await site.get(links.log(RUN))
    expect(page.status).toBe(200)
    expect(page.texts('.log-contents li').slice(0, 1)).toEqual(['one FAIL stderr: <b> 0h 00m 08s'])
    expect(page.texts('details.log-section[open] > summary')).toEqual(['one FAIL stderr: <b>'])
    expect(page.text.indexOf('log-contents')).toBeLessThan(page.text.indexOf('log-section'))
    expect(page.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page.text.trimEnd().endsWith('</html>')).toBe(true)
  })

  it('marks the lines that say why it failed, unfolds them, and leads to them first of all', async () => {
    const site = await aSiteWithLog(gzipSync(LOG))
    const before = await site.get(links.log(RUN))
    const failures = [
      aFailure('version <5>', { test: '', number: 1 }),
      aFailure('x', { test: 'one', number: 4 }),
    ]
    await site.web.derived.saveDetails(RUN, { subtests: [], log: undefined }, failures)
    const page = await site.get(links.log(RUN))
    expect(page.headers.get('etag')).not.toBe(before.headers.get('etag'))
    expect(page.texts('.reasons li')).toEqual(['line 1 version <5>', 'line 4 one: x'])
    expect(page.document.querySelector('.log-contents a')?.getAttribute('href')).toBe('#L1')
    const marked = [...page.document.querySelectorAll('[data-failure]')].map(mark => mark.getAttribute('id'))
    expect(marked).toEqual(['L1', 'L4', 'L7'])
    expect(page.texts('.log mark')[1]).toBe('<script>alert(1)</script>')
    expect(page.texts('details.log-section[open] > summary')).toEqual([
      'Preparation',
      'one FAIL stderr: <b>',
      'Summary',
    ])
  })

  it('puts the contents after the log where the log is too large to be held', async () => {
    const noise = Array.from({ length: 350_000 }, () => Math.random().toString(36).slice(2)).join('\n')
    const site = await aSiteWithLog(gzipSync(`${LOG}${noise}\n`, { level: 1 }))
    const { text } = await site.get(links.log(RUN))
    expect(text.indexOf('log-contents')).toBeGreaterThan(text.indexOf('id=L350000'))
  })

  it('sends its head before it has read the log', async () => {
    const site = await aSiteWithLog(gzipSync(LOG))
    const response = await site.app.request(links.log(RUN))
    const first = await response.body?.getReader().read()
    const text = Buffer.from(first?.value ?? []).toString()
    expect(text).toContain('<h1>')
    expect(text).not.toContain('log-section')
  })

  it('is sent compressed, and not again while nothing changed', async () => {
    const site = await aSiteWithLog(gzipSync(LOG))
    const headers = { 'accept-encoding': 'gzip' }
    const first = await site.app.request(links.log(RUN), { headers })
    expect(first.headers.get('content-encoding')).toBe('gzip')
    await first.body?.cancel()
    const etag = first.headers.get('etag') ?? ''
    const again = await site.app.request(links.log(RUN), { headers: { ...headers, 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  describe('that was read lately', () => {
    const headers = { 'accept-encoding': 'gzip' }
    const logFile = (site: Site) => join(site.storeFolder, 'autopkgtest-noble', runDirectory(RUN), 'log.gz')
    const read = async (site: Site, more: Record<string, string> = {}) => {
      const response = await site.app.request(links.log(RUN), { headers: { ...headers, ...more } })
      return {
        status: response.status,
        headers: response.headers,
        body: Buffer.from(await response.arrayBuffer()),
      }
    }

    it('is sent again without the store, as it was', async () => {
      const site = await aSiteWithLog(gzipSync(LOG))
      const first = await read(site)
      rmSync(logFile(site))
      const again = await read(site)
      expect(again.status).toBe(200)
      expect(again.body.equals(first.body)).toBe(true)
      expect(gunzipSync(again.body).toString()).toContain('&lt;script&gt;')
      for (const name of ['etag', 'cache-control', 'vary', 'content-type', 'content-encoding'])
        expect(again.headers.get(name)).toBe(first.headers.get(name))
      expect(again.headers.get('content-length')).toBe(String(first.body.length))
      expect((await read(site, { 'if-none-match': again.headers.get('etag') as string })).status).toBe(304)
      expect((await read(site, { 'accept-encoding': 'identity' })).status, 'not kept for those').toBe(404)
    })

    it('is asked for again when what stands around it may have changed', async () => {
      const site = await aSiteWithLog(gzipSync(LOG))
      const first = await read(site)
      await site.record(aRun().of('other').on('noble', 'amd64').passing())
      expect((await read(site)).body.equals(first.body), 'another run changed nothing here').toBe(true)
      await site.web.derived.saveDetails(RUN, { subtests: [], log: undefined }, [
        aFailure('x', { test: 'one', number: 4 }),
      ])
      const marked = await read(site)
      expect(gunzipSync(marked.body).toString()).toContain('data-failure')
      expect(marked.headers.get('etag')).not.toBe(first.headers.get('etag'))
      rmSync(logFile(site))
      await site.record(aRun().of('third').on('noble', 'amd64').passing())
      expect((await read(site)).status).toBe(404)
    })

    it('is not kept when it broke off, nor when its reader left', async () => {
      const broken = await aSiteWithLog(gzipSync(LOG.repeat(300)).subarray(0, 200))
      await read(broken)
      rmSync(logFile(broken))
      expect((await read(broken)).status).toBe(404)
      const left = await aSiteWithLog(gzipSync(LOG.repeat(300)))
      const response = await left.app.request(links.log(RUN), { headers })
      await response.body?.cancel()
      rmSync(logFile(left))
      expect((await read(left)).status).toBe(404)
    })
  })

  it('shows what there is of a log that breaks off, and says so', async () => {
    const site = await aSiteWithLog(gzipSync(LOG.repeat(300)).subarray(0, 200))
    const page = await site.get(links.log(RUN))
    expect(page.status).toBe(200)
    expect(page.texts('.log-broken')[0]).toMatch(/log in the object store is incomplete/)
    expect(page.text).toContain('</html>')
  })

  it('shows what is no gzip as the text that it is', async () => {
    const page = await (await aSiteWithLog(Buffer.from(LOG))).get(links.log(RUN))
    expect(page.texts('.log-broken')).toEqual([])
    expect(page.texts('details.log-section[open] > summary')).toEqual(['one FAIL stderr: <b>'])
    for (const short of ['', '\u001f', 'ab'])
      expect(
        (await (await aSiteWithLog(Buffer.from(short))).get(links.log(RUN))).texts('.log-broken'),
      ).toEqual([])
  })

  it('shows a log that the database does not know, as it is being rebuilt', async () => {
    const site = await aSite()
    await site.web.store.createContainer('autopkgtest-noble', 'public')
    await site.web.store.put('autopkgtest-noble', `${runDirectory(RUN)}/log.gz`, gzipSync(LOG))
    expect((await site.get(links.log(RUN))).status).toBe(200)
  })

  it('is 404 with a reason where there is no log', async () => {
    const site = await aSite([RUN])
    await site.web.store.createContainer('autopkgtest-noble', 'public')
    const page = await site.get(links.log(RUN))
    expect(page.status).toBe(404)
    expect(page.text).toContain('has no log of this run')
    expect((await site.get('/packages/hello/noble/amd64/20200101_000000_00000@/log')).status).toBe(404)
  })
})
