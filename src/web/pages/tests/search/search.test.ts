import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'

const named = (...names: string[]) => names.map(name => aRun().of(name))

describe('the search', () => {
  it('leads a whole name to its package', async () => {
    const site = await aSite(named('hello', 'hello-debhelper'))
    const answer = await site.get('/search?q=%20Hello%20')
    expect(answer.status).toBe(302)
    expect(answer.headers.get('location')).toBe('/packages/hello')
  })

  it('lists names like a part or a typing error', async () => {
    const site = await aSite(named('hello', 'hello-debhelper', 'systemd'))
    const page = await site.get('/search?q=helo')
    expect(page.texts('.names li')).toEqual(['hello', 'hello-debhelper'])
    expect(page.document.querySelector('.names a')?.getAttribute('href')).toBe('/packages/hello')
    expect(page.document.querySelector('input[name=q]')?.getAttribute('value')).toBe('helo')
  })

  it('says what to do when nothing is found, and when nothing was typed', async () => {
    const site = await aSite(named('hello'))
    expect((await site.get('/search?q=qqqqqq')).texts('.empty')[0]).toContain('No package')
    expect((await site.get('/search')).texts('.empty')[0]).toContain('Type a part')
  })

  it('shows what was typed as text', async () => {
    const page = await (await aSite()).get(`/search?q=${encodeURIComponent('"><script>alert(1)</script>')}`)
    expect([...page.document.querySelectorAll('main script')]).toEqual([])
    expect(page.document.querySelector('input[name=q]')?.getAttribute('value')).toContain('"><script>')
  })

  it('gives programs and the page’s script the same as JSON', async () => {
    const site = await aSite(named('libxml2', 'libx11', 'zlib'))
    expect((await site.get('/search.json?q=libx')).json()).toEqual({
      query: 'libx',
      packages: [
        { package: 'libx11', url: '/packages/libx11' },
        { package: 'libxml2', url: '/packages/libxml2' },
      ],
    })
  })
})
