import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite } from '../../../../../test/web/site.ts'

const named = (...names: string[]) => names.map(name => aRun().of(name))
const numbered = (n: number) => `p${String(n).padStart(4, '0')}`

describe('the list of packages', () => {
  it('begins with the first letter, and leads to the others and to each package', async () => {
    const site = await aSite(named('bash', 'apt', 'acl', 'libxml2'))
    const page = await site.get('/packages')
    expect([page.status, page.texts('.letters a')]).toEqual([200, ['a', 'b', 'libx']])
    expect(page.texts('.letters [aria-current]')).toEqual(['a'])
    expect(page.texts('.names li')).toEqual(['acl', 'apt'])
    expect(page.document.querySelector('.names a')?.getAttribute('href')).toBe('/packages/acl')
    expect(page.texts('main > p.quiet')).toEqual(['2 packages'])
    expect((await site.get('/packages?letter=libx')).texts('.names li')).toEqual(['libxml2'])
    expect((await site.get('/packages?letter=%20B%20')).texts('.names li')).toEqual(['bash'])
  })

  it('shows what was first tested after somebody had looked', async () => {
    const site = await aSite()
    await site.get('/packages')
    await site.record(aRun().of('hello'))
    expect((await site.get('/packages')).texts('.names li')).toEqual(['hello'])
  })

  it('can be searched', async () => {
    const form = (await (await aSite()).get('/packages')).document.querySelector('main form')
    expect(form?.getAttribute('action')).toBe('/search')
    expect(form?.querySelector('input')?.getAttribute('name')).toBe('q')
  })

  it('shows each name once over its pages', async () => {
    const names = Array.from({ length: 650 }, (_, n) => numbered(n))
    const site = await aSite(named(...names))
    const [seen, rows]: [string[], number[]] = [[], []]
    for (let address: string | null = '/packages'; address; ) {
      const page = await site.get(address)
      const shown = page.texts('.names li')
      seen.push(...shown)
      rows.push(shown.length)
      address = page.document.querySelector('a[rel=next]')?.getAttribute('href') ?? null
    }
    expect(rows).toEqual([300, 300, 50])
    expect(seen).toEqual(names)
    const second = await site.get('/packages?letter=p&from=p0300')
    expect(second.texts('main > p.quiet')).toEqual(['301 to 600 of 650 packages'])
    expect(second.document.querySelector('a[rel=prev]')?.getAttribute('href')).toBe(
      '/packages?letter=p&from=p0000',
    )
  })

  it('says so where there is nothing', async () => {
    expect((await (await aSite()).get('/packages')).texts('.empty')).toEqual([
      'No package has been tested here yet.',
    ])
    const site = await aSite(named('apt'))
    const hostile = await site.get(`/packages?letter=${encodeURIComponent('<b>q')}`)
    expect([hostile.status, hostile.texts('.empty')]).toEqual([
      200,
      ['No package that has been tested here begins with “<b>q”.'],
    ])
    expect((await site.get('/packages?letter=a&from=zz')).texts('.empty')[0]).toContain('no more names')
  })

  it('is found from every page', async () => {
    const page = await (await aSite()).get('/recent')
    expect(page.document.querySelector('header.site a[href="/packages"]')).not.toBeNull()
  })
})
