import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { aSite, from, type Site } from '../../../../../test/web/site.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

async function publish(site: Site, text: string): Promise<void> {
  await site.web.published.publish(async file => {
    await writeFile(file, text)
    return { sha256: sha256(text), bytes: text.length }
  })
}

const fetchFrom = async (site: Site, address: string, name: string, headers: Record<string, string> = {}) => {
  const response = await site.app.request(`/static/${name}`, { headers }, from(address))
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('the published database', () => {
  it('matches the checksum that britney took before it, even if it was replaced in between', async () => {
    const site = await aSite()
    await publish(site, 'first')
    const checksum = await fetchFrom(site, '192.0.2.1', 'autopkgtest.db.sha256')
    await publish(site, 'second')
    const database = await fetchFrom(site, '192.0.2.1', 'autopkgtest.db')
    expect(sha256(database.text)).toBe(checksum.text)
    expect((await fetchFrom(site, '192.0.2.2', 'autopkgtest.db')).text).toBe('second')
  })

  it('has a checksum of 64 hex digits and nothing else', async () => {
    const site = await aSite()
    await publish(site, 'first')
    expect((await fetchFrom(site, '192.0.2.1', 'autopkgtest.db.sha256')).text).toBe(sha256('first'))
  })

  it('comes with the headers that its clients have always got', async () => {
    const site = await aSite()
    await publish(site, 'first')
    const { headers } = await fetchFrom(site, '192.0.2.1', 'autopkgtest.db')
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '5',
      'cache-control': 'public, max-age=60',
      'accept-ranges': 'bytes',
      'content-disposition': 'inline; filename=autopkgtest.db',
    })
  })

  it('is not sent again to those who have it, and in parts to those who ask for parts', async () => {
    const site = await aSite()
    await publish(site, 'first')
    const { headers } = await fetchFrom(site, '192.0.2.1', 'autopkgtest.db')
    const again = (given: Record<string, string>) => fetchFrom(site, '192.0.2.1', 'autopkgtest.db', given)
    expect((await again({ 'if-none-match': headers.get('etag') ?? '' })).status).toBe(304)
    expect((await again({ 'if-modified-since': headers.get('last-modified') ?? '' })).status).toBe(304)
    expect(await again({ range: 'bytes=1-2' })).toMatchObject({ status: 206, text: 'ir' })
    expect(await again({ 'cache-control': 'max-age-0' })).toMatchObject({ status: 200, text: 'first' })
  })

  it('is resumed only while it is the same one', async () => {
    const site = await aSite()
    await publish(site, 'first')
    const { headers } = await fetchFrom(site, '192.0.2.1', 'autopkgtest.db')
    const resume = (range: string) =>
      fetchFrom(site, '192.0.2.2', 'autopkgtest.db', { range, 'if-range': headers.get('etag') ?? '' })
    expect(await resume('bytes=3-')).toMatchObject({ status: 206, text: 'st' })
    await publish(site, 'second')
    expect(await resume('bytes=3-')).toMatchObject({ status: 200, text: 'second' })
    expect(await resume('bytes=100-')).toMatchObject({ status: 200, text: 'second' })
    expect(await fetchFrom(site, '192.0.2.2', 'autopkgtest.db', { range: 'bytes=-0' })).toMatchObject({
      status: 416,
    })
  })

  it('is 404 before it was published for the first time', async () => {
    const site = await aSite()
    expect((await fetchFrom(site, '192.0.2.1', 'autopkgtest.db')).status).toBe(404)
  })
})
