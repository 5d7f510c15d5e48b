import { describe, expect, it } from 'vitest'
import { aRun } from '../../../../../test/builders/run.ts'
import { aSite, type Site } from '../../../../../test/web/site.ts'
import { runningId } from '../../../../contracts/files/running-id.ts'
import { teststatus } from '../../../../contracts/messages/teststatus.ts'
import { runningBoard } from '../../../../daemons/live/running-board.ts'
import { transcriptKeeper } from '../../../../daemons/live/transcript-keeper.ts'
import { runHash } from '../../../../domain/run/run-hash.ts'

const PARAMS = { triggers: ['hello/1'], requester: 'joe' }
const ID = runningId({ package: 'hello', release: 'noble', arch: 'amd64', hash: runHash(PARAMS) }) as string

/** A site whose status collector was told these. */
async function follow(site: Site) {
  const board = runningBoard()
  const keeper = transcriptKeeper(site.web.transcripts)
  return async (duration: number, fields: object) => {
    const status = teststatus.parse({
      ...{ release: 'noble', architecture: 'amd64', package: 'hello', running: true },
      ...{ params: PARAMS, duration, logtail: 'tail\n', ...fields },
    })
    await keeper.report(status, Date.now())
    await keeper.flush(Date.now())
    board.report(status, performance.now())
    await site.web.snapshots.running.replace(board.changes(performance.now()) ?? {})
  }
}

/** Reads events until one has this text. */
async function eventsUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  let all = ''
  while (!all.includes(text)) {
    const { value, done } = await reader.read()
    if (done) throw new Error(`ended after ${all}`)
    all += Buffer.from(value).toString()
  }
  return all
}

const openEvents = async (site: Site, query = '', headers: Record<string, string> = {}) => {
  const response = await site.app.request(`/running/${ID}/events${query}`, { headers })
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
  return (response.body as ReadableStream<Uint8Array>).getReader()
}

describe('the page of a running test', () => {
  it('shows all of its log that is kept, each line under its number, and what is missing', async () => {
    const site = await aSite()
    const say = await follow(site)
    await say(10, { output: { offset: 0, text: 'one\ntw' } })
    await say(20, { output: { offset: 6, text: 'o <b>\n\u001b[31mred\u001b[0m' } })
    await say(30, { output: { offset: 5000, text: '\nlast\n' } })
    const page = await site.get(`/running/${ID}`)
    const lines = [...page.document.querySelectorAll('.live-log span')].map(one => one.textContent)
    expect(lines).toEqual(['1 one\n', '2 two <b>\n', '3 red\n', '4 \n', '5 last\n'])
    expect(page.texts('.gap')[0]).toContain('bytes, printed between 0h 00m 20s and 0h 00m 30s')
    expect(page.text).not.toContain('<b>')
    expect((await site.get(`/running/${ID}?show=tail`)).texts('pre')).toEqual(['tail'])
  })

  it('has sections and failure lines as the finished log has, of tests that are over', async () => {
    const site = await aSite()
    const say = await follow(site)
    const own = (text: string) => `autopkgtest [12:00:00]: ${text}\n`
    const bad =
      own('test bad: preparing testbed') +
      own('test bad: [-----------------------') +
      'ValueError: <no>\n' +
      own('test bad: -----------------------]') +
      own('test bad:  - - - - - - - - - - results - - - - - - - - - -') +
      'bad                  FAIL non-zero exit status 1\n'
    const text = `${own('version 5.28')}${bad}${own('test next: preparing testbed')}`
    await say(10, { output: { offset: 0, text } })
    const page = await site.get(`/running/${ID}`)
    expect(page.texts('.live-contents .reasons li').map(one => one.replaceAll(/\s+/g, ' ').trim())).toEqual([
      'line 4 bad: ValueError: <no>',
    ])
    expect(page.texts('.live-contents details a')).toEqual(['Preparation', 'bad', 'next'])
    expect(page.document.querySelector('[data-live] .live-contents'), 'it is kept up to date').not.toBeNull()
    const marked = [...page.document.querySelectorAll('.live-log [data-failure]')].map(one =>
      one.getAttribute('id'),
    )
    expect(marked).toEqual(['L4'])
    const begins = [...page.document.querySelectorAll('.live-log .section-line')].map(one =>
      one.getAttribute('id'),
    )
    expect(begins).toEqual(['L1', 'L2', 'L8'])
  })

  it('is followed by events: to a late reader all that was kept, to one who comes back only what is new', async () => {
    const site = await aSite()
    const say = await follow(site)
    await say(10, { output: { offset: 0, text: 'one\n' } })
    const first = await openEvents(site)
    expect(await eventsUntil(first, '\n\n')).toContain('retry:')
    expect(await eventsUntil(first, 'one')).toContain('id: 1\ndata: {"line":1,"text":"one\\n"}')
    await say(20, { output: { offset: 4, text: 'two\n' } })
    const told = await eventsUntil(first, 'two')
    expect(told).toContain('id: 2\ndata: {"line":2,"text":"two\\n"}')
    expect(told).not.toContain('one')
    const back = await openEvents(site, '?after=0', { 'last-event-id': '1' })
    expect(await eventsUntil(back, 'two')).not.toContain('one')
    await Promise.all([first.cancel(), back.cancel()])
  })

  it('leads to the finished log when the run has ended', async () => {
    const site = await aSite()
    const say = await follow(site)
    await say(10, { output: { offset: 0, text: 'one\n' } })
    const reader = await openEvents(site)
    await say(20, { running: false })
    expect(await eventsUntil(reader, 'event: ended')).toContain('data: /packages/hello/noble/amd64')
    expect((await site.get(`/running/${ID}`)).texts('.ways-on')[0]).toContain('It has ended')
    const now = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
    const run = aRun()
      .of('hello')
      .on('noble', 'amd64')
      .triggeredBy('hello/1')
      .with({ runId: `${now}_abcde@` })
    const other = aRun()
      .of('hello')
      .on('noble', 'amd64')
      .triggeredBy('other/1')
      .with({ runId: `${now}_bcdef@` })
    await site.record(other, run)
    expect(await eventsUntil(reader, 'event: finished')).toContain(`${now}_abcde@/log`)
    const page = await site.get(`/running/${ID}`)
    expect(page.document.querySelector('.ways-on a')?.getAttribute('href')).toMatch(/_abcde@\/log$/)
  }, 20_000)

  it('is not there for what never ran, nor for a private test', async () => {
    const site = await aSite()
    const say = await follow(site)
    await say(10, {
      params: { 'readable-by': 'joe' },
      logtail: 'secret',
      output: { offset: 0, text: 'secret' },
    })
    const private_ = runningId({
      package: 'hello',
      release: 'noble',
      arch: 'amd64',
      hash: runHash({ 'readable-by': 'joe' }),
    })
    for (const id of [private_, ID, 'x']) {
      expect((await site.get(`/running/${id}`)).status).toBe(404)
      expect((await site.get(`/running/${id}/events`)).status).toBe(404)
    }
    expect((await site.web.transcripts.kept()).size).toBe(0)
  })
})
