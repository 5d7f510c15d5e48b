import { expect, it, onTestFinished } from 'vitest'
import { aRun, type RunBuilder } from '../../../test/builders/run.ts'
import { aSite, type Site } from '../../../test/web/site.ts'
import { indexSteadiness } from '../../operations/index/index-steadiness.ts'

/** A reader of the stream: what it is sent, event by event. */
async function follow(site: Site, query: string, headers: Record<string, string> = {}) {
  const response = await site.app.request(`/news/events${query}`, { headers })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const leave = () => reader.cancel()
  onTestFinished(leave)
  const events: { id: string; package: string }[] = []
  let rest = ''
  const next = async (): Promise<{ id: string; package: string }> => {
    while (events.length === 0) {
      const { value, done } = await reader.read()
      if (done) throw new Error('it has ended')
      rest += Buffer.from(value).toString()
      const parts = rest.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const found = /^id: (\d+)\nevent: transition\ndata: (.*)$/.exec(part)
        if (found) events.push({ id: found[1] as string, package: JSON.parse(found[2] as string).package })
      }
    }
    return events.shift() as { id: string; package: string }
  }
  return { next, leave, reader }
}

async function tell(site: Site, ...runs: RunBuilder[]): Promise<void> {
  await site.record(...runs)
  while (await indexSteadiness(site.web));
}
const now = new Date().toISOString().slice(0, 19)
const turned = (name: string, by = 'joe') =>
  [aRun(), aRun().failing()].map(run =>
    aRun()
      .endedAt(now)
      .of(name)
      .by(by)
      .exiting(run.exitcode ?? 0),
  )

it('tells of each test that turns, to those who asked for it', async () => {
  const site = await aSite()
  const [all, one, joes] = [
    await follow(site, ''),
    await follow(site, '?package=two'),
    await follow(site, '?user=joe'),
  ]
  const [first, second, third] = [all.next(), one.next(), joes.next()]
  await tell(site, ...turned('one', 'jane'), ...turned('two', 'jane'), ...turned('three'))
  expect([(await first).package, (await all.next()).package, (await all.next()).package].sort()).toEqual([
    'one',
    'three',
    'two',
  ])
  expect((await second).package).toBe('two')
  expect((await third).package).toBe('three')
})

it('goes on where a reader was, and misses none', async () => {
  const site = await aSite()
  await tell(site, ...turned('one'))
  const reader = await follow(site, '?since=0')
  const { id } = await reader.next()
  await reader.leave()
  await tell(site, ...turned('two'))
  const back = await follow(site, '?since=0', { 'last-event-id': id })
  expect((await back.next()).package).toBe('two')
})

it('tells who begins now of what comes alone', async () => {
  const site = await aSite()
  await tell(site, ...turned('before'))
  const reader = await follow(site, '')
  const next = reader.next()
  await tell(site, ...turned('after'))
  expect((await next).package).toBe('after')
})

it('refuses a moment that is none', async () => {
  const response = await (await aSite()).app.request('/news/events?since=lately')
  expect(response.status).toBe(400)
})
