import { describe, expect, it } from 'vitest'
import { atOnce, type PlaceRows } from '../ui/lists/place-rows.ts'
import { htmlDocument } from '../ui/markup/document.ts'
import { markup } from '../ui/markup/markup.ts'
import { LongPage, longJson } from './long-page.ts'

const NAMES = Array.from({ length: 2000 }, (_, n) => (n % 100 === 0 ? '<!--rows 0-->\u202e' : `name${n}`))

const view = (place: PlaceRows) =>
  markup`<ul>${place(NAMES, name => markup`<li>${name}</li>`)}</ul><ol>${place(['one'], name => markup`<li>${name}</li>`)}</ol>`

/** How often others had their turn while it was made. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let isOver = false
  const others = (): void => {
    turns += 1
    if (!isOver) setImmediate(others)
  }
  setImmediate(others)
  await work()
  isOver = true
  return turns
}

describe('a page with very many rows', () => {
  it('is the same as one that is made at once, its texts escaped and shown alike', async () => {
    const page = new LongPage()
    const whole = htmlDocument(view(atOnce))
    const { body, digest } = await page.answer(view(page.place))
    expect(Buffer.from(body as Uint8Array).toString('utf8')).toBe(whole)
    expect(digest).toHaveLength(32)
    const sent = new LongPage()
    expect(await sent.response(view(sent.place)).text()).toBe(whole)
  })

  it('lets others have their turn while it is made', async () => {
    const page = new LongPage()
    const turns = await turnsDuring(() => page.answer(view(page.place)))
    expect(turns).toBeGreaterThan(NAMES.length / 250)
  })

  it('is JSON in the bytes that JSON.stringify makes, also of nothing', async () => {
    for (const rows of [NAMES, []]) {
      const { body } = await longJson(rows, name => ({ name }))
      expect(Buffer.from(body as Uint8Array).toString('utf8')).toBe(
        `${JSON.stringify(rows.map(name => ({ name })))}\n`,
      )
    }
    expect(await turnsDuring(() => longJson(NAMES, name => name))).toBeGreaterThan(NAMES.length / 250)
  })
})
