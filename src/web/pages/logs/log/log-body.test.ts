import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { LogBody } from './log-body.ts'

const LOG = `autopkgtest [14:38:11]: version 5.28
autopkgtest [14:38:23]: test one: preparing testbed
autopkgtest [14:38:28]: test one: [-----------------------
<b>output</b> of one
autopkgtest [14:38:29]: test one: -----------------------]
one                  PASS
autopkgtest [14:38:30]: test two: preparing testbed
two                  FAIL badpkg
autopkgtest [14:38:31]: @@@@@@@@@@@@@@@@@@@@ summary
one                  PASS
two                  FAIL badpkg
`

const render = (log: string | Uint8Array, known?: Parameters<typeof indexed>[1]) => indexed(log, known).html

function indexed(log: string | Uint8Array, known?: ReturnType<LogBody['end']>) {
  const body = new LogBody({ known, rawLog: '/raw/log.gz' })
  const bytes = typeof log === 'string' ? Buffer.from(log) : log
  for (let at = 0; at < bytes.length; at += 1000) body.push(bytes.subarray(at, at + 1000))
  const index = body.end()
  return { html: Buffer.from(body.take()).toString(), index }
}

const documentOf = (html: string) => parseHTML(`<!doctype html><body>${html}</body>`).document

describe('the body of a log page', () => {
  it('has an anchor for every line and every section', () => {
    const page = documentOf(render(LOG))
    expect([...page.querySelectorAll('details')].map(section => section.id)).toEqual(['S1', 'S2', 'S3', 'S4'])
    expect(page.querySelector('#L4')?.parentElement?.textContent).toContain('<b>output</b> of one')
    expect(page.querySelectorAll('pre > a[id]').length).toBe(11)
  })

  it('unfolds the failed test alone, once its index is known', () => {
    const page = documentOf(render(LOG, indexed(LOG).index))
    const open = [...page.querySelectorAll('details[open]')].map(section => section.id)
    expect(open).toEqual(['S3'])
    expect(page.querySelector('#S3 summary')?.textContent).toBe('two FAIL badpkg')
  })

  it('unfolds everything while nobody knows what failed', () => {
    expect(documentOf(render(LOG)).querySelectorAll('details[open]').length).toBe(4)
  })

  it('unfolds the section in which the run died', () => {
    const died = 'autopkgtest [1:1:1]: x\nautopkgtest [14:38:31]: ERROR: testbed failure: gone\n'
    const page = documentOf(render(died, indexed(died).index))
    expect([...page.querySelectorAll('details[open]')].map(section => section.id)).toEqual(['S1'])
  })

  it('cuts a line of megabytes, and says how much is missing and where it is', () => {
    const page = documentOf(render(`${'x'.repeat(2_000_000)}\nnext\n`))
    expect(page.querySelector('em')?.textContent).toBe('… 1,934,464 more bytes in the raw log')
    expect(page.querySelector('em a')?.getAttribute('href')).toBe('/raw/log.gz')
    expect(page.querySelector('#L2')?.nextSibling?.textContent).toBe(' next\n')
  })

  it('shows bytes that are not UTF-8 as such, and goes on', () => {
    expect(render(Buffer.from([0x66, 0xff, 0xfe, 0x0a, 0x67]))).toContain('f\ufffd\ufffd\n')
  })

  it('is a page for an empty log too', () => {
    expect(documentOf(render('')).querySelectorAll('details').length).toBe(1)
  })

  it('lays out lines in blocks, so that a browser can leave alone those out of sight', () => {
    const page = documentOf(render('line\n'.repeat(1001)))
    expect(page.querySelectorAll('pre').length).toBe(6)
  })
})
