import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { storeRun } from '../../../../../test/builders/stored-run.ts'
import { aSite } from '../../../../../test/web/site.ts'
import { links } from '../../../links.ts'

async function siteWith(log: string | Buffer) {
  const run = aRun().failing()
  const site = await aSite([run])
  await storeRun(site.web.store, run, { log: typeof log === 'string' ? gzipSync(log) : log })
  const find = (query: Parameters<typeof links.logSearch>[1]) => site.get(links.logSearch(run, query))
  return { site, run, find }
}

describe('the search in a log', () => {
  it('has the lines with their numbers, which lead to their place, and those around them', async () => {
    const { run, find } = await siteWith('begin\nE: <bad>\nnext\nother\ne: small\n')
    const page = await find({ q: 'E:', case: 1, context: 1 })
    expect(page.texts('main p')[1] ?? page.texts('p').find(text => text.includes('found'))).toBe(
      '1 line found.',
    )
    expect(page.texts('pre')).toEqual(['1 begin 2 E: <bad> 3 next'])
    expect(page.texts('pre mark')).toEqual(['E: <bad>'])
    expect(page.document.querySelector('pre a:nth-of-type(2)')?.getAttribute('href')).toBe(
      `${links.log(run, { q: 'E:', case: 1 })}#L2`,
    )
    expect((await find({ q: 'e:' })).texts('pre mark')).toEqual(['E: <bad>', 'e: small'])
  })

  it('takes a pattern, and says what is wrong with one', async () => {
    const { find } = await siteWith('took 12 s\ntook long\n')
    expect((await find({ q: 'took \\d+ s$', pattern: 1 })).texts('pre mark')).toEqual(['took 12 s'])
    const wrong = await find({ q: 'took (', pattern: 1 })
    expect(wrong.status).toBe(400)
    expect(wrong.text).toContain('has an opening bracket without a closing one')
  })

  it('pages through what is found, and counts all of it', async () => {
    const { site, find } = await siteWith(Array.from({ length: 450 }, (_, n) => `hit ${n + 1}\n`).join(''))
    const first = await find({ q: 'hit' })
    expect(first.text).toContain('450 lines found; these are 1 to 200.')
    const next = await site.get(
      first.document.querySelector('.pages a[rel=next]')?.getAttribute('href') as string,
    )
    expect(next.text).toContain('these are 201 to 400')
    expect(next.texts('pre mark')[0]).toBe('hit 201')
  })

  it('goes to the last readable byte of a damaged log', async () => {
    const { find } = await siteWith(
      Buffer.concat([gzipSync('begin\nhit one\nhit two'), Buffer.from('garbage')]),
    )
    expect((await find({ q: 'hit' })).texts('pre mark')).toEqual(['hit one', 'hit two'])
  })

  it('is there for programs, page by page', async () => {
    const { site, run } = await siteWith(`begin\n${'hit\n'.repeat(250)}`)
    const first = await site.get(links.logSearchJson(run, { q: 'HIT', context: 1 }))
    const found = JSON.parse(first.text)
    expect(first.headers.get('content-type')).toBe('application/json')
    expect(found).toMatchObject({ found: 250, earlier: 0, complete: true })
    expect(found.lines.slice(0, 2)).toMatchObject([
      { number: 1, text: 'begin', found: false },
      { number: 2, text: 'hit', found: true },
    ])
    const { pathname, search } = new URL(found.next)
    expect((await site.get(pathname + search)).json()).toMatchObject({ earlier: 200, next: null })
    expect((await site.get(links.logSearchJson(run, {}))).status).toBe(400)
    expect((await site.get(links.logSearchJson(run, { q: '(', pattern: 1 }))).status).toBe(400)
  })

  it('says that nothing is found, asks where nothing is asked, and has no log that is not there', async () => {
    const { site, find } = await siteWith('text\n')
    expect((await find({ q: 'absent' })).texts('.empty')).toEqual(['No line of the log matches.'])
    expect((await find({})).texts('.empty')).toEqual([])
    const other = aRun()
    expect((await site.get(links.logSearch(other, { q: 'x' }))).status).toBe(404)
    expect((await find({ q: 'x', context: 'many' })).status).toBe(400)
  })
})
