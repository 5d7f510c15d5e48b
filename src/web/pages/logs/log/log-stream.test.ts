import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { streamLog } from './log-stream.ts'

const PAGE = { before: '<main>', after: '</main>' }
const RAW = '/results/log.gz'

/** The page of a log that may be so long. */
async function pageOf(log: string, most: number, bytes?: number): Promise<string> {
  const compressed = gzipSync(log)
  const body = Readable.from([compressed])
  const object = { body, bytes: bytes ?? compressed.length, etag: 'x' } as Parameters<typeof streamLog>[1]
  let html = ''
  for await (const piece of streamLog(PAGE, object, undefined, RAW, error => expect(error).toBe(''), most))
    html += Buffer.from(piece).toString()
  expect(body.destroyed).toBe(true)
  return html
}

const HEAD = 'autopkgtest [10:00:00]: test one: [-----------------------\n'
const TOO_LONG = `<p class="log-broken">This log is too long to be shown completely: it is cut here. The rest is in the <a href="${RAW}">raw log</a></p>`

describe('the page of a log that is too long', () => {
  it.each([
    ['of lines of text', 'some words of a test\n'.repeat(40_000)],
    ['of nothing but newlines', '\n'.repeat(600_000)],
    ['of what is escaped', '&&&&&&&&&&&&&&&&&&&&&&\n'.repeat(30_000)],
  ])('%s is cut, says so with the way to all of it, and ends as pages do', async (_, text) => {
    const most = 200_000
    for (const bytes of [undefined, 100 * 1024 * 1024]) {
      const html = await pageOf(HEAD + text, most, bytes)
      expect(html.split(TOO_LONG)).toHaveLength(2)
      expect(html.endsWith('</main>')).toBe(true)
      // What goes beyond is a piece of what is read at once: 16 KB, of which each byte may be a line
      expect(html.length).toBeLessThan(most + 16 * 1024 * 80)
      expect(html.length).toBeGreaterThan(most)
    }
  })

  it('is not that of one that just fits', async () => {
    const log = `${HEAD}${'some words\n'.repeat(100)}`
    const whole = await pageOf(log, 200_000)
    expect(whole).not.toContain('log-broken')
    expect(whole).toContain('id=L101 ')
  })
})
