import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { expect, it, onTestFinished, vi } from 'vitest'
import { aRun } from '../../../test/builders/run.ts'
import { aSite } from '../../../test/web/site.ts'
import { Unavailable } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import { links } from '../links.ts'
import { serveApp } from '../server.ts'

const RUN = aRun().of('hello')
const PPA = 'autopkgtest-noble-alice-tools'
const OWN = 'autopkgtest-noble'

async function archive(): Promise<Buffer> {
  const tar = pack()
  tar.entry({ name: 'noise' }, randomBytes(600_000))
  tar.finalize()
  return gzipSync(await buffer(tar))
}

/** A site whose objects are too large to be sent at once, and the bodies that were opened of them. */
async function aSiteOfLargeObjects() {
  const site = await aSite([RUN])
  const { store } = site.web
  const files = {
    'log.gz': gzipSync(randomBytes(600_000).toString('hex')),
    'artifacts.tar.gz': await archive(),
  }
  for (const container of [OWN, PPA]) {
    await store.createContainer(container, 'public')
    for (const [name, bytes] of Object.entries(files))
      await store.put(container, `${runDirectory(RUN)}/${name}`, bytes)
  }
  const bodies: Readable[] = []
  const get = store.get
  vi.spyOn(store, 'get').mockImplementation(async (...asked) => {
    const object = await get(...asked)
    if (object !== undefined) bodies.push(object.body)
    return object
  })
  const allEnded = () =>
    expect.poll(() => bodies.length > 0 && bodies.every(body => body.closed), { timeout: 10_000 }).toBe(true)
  return { ...site, bodies, allEnded }
}

const PAGES: readonly (readonly [string, string])[] = [
  ['a log', links.log(RUN)],
  ['the log of a PPA', links.containerLog({ ...RUN, container: PPA })],
  ['a list of artifacts', links.artifacts(RUN)],
  ['an artifact', `${links.artifacts(RUN)}/noise`],
  ['an object as it is', `/results/${OWN}/${runDirectory(RUN)}/log.gz`],
  ['a range of it', `/results/${OWN}/${runDirectory(RUN)}/artifacts.tar.gz`],
]

it.each(PAGES)('%s leaves nothing open when its reader wants no more than the head', async (_, path) => {
  const { bodies, allEnded, app } = await aSiteOfLargeObjects()
  const { status } = await app.request(path, { method: 'HEAD' })
  expect(status).toBe(200)
  if (bodies.length > 0) await allEnded()
})

it.each(PAGES)('%s leaves nothing open when nobody reads the answer', async (_, path) => {
  const { allEnded, app } = await aSiteOfLargeObjects()
  const response = await app.request(path)
  await response.body?.cancel()
  await allEnded()
})

it.each(PAGES)('%s leaves nothing open when its reader leaves before the first piece', async (_, path) => {
  const { allEnded, app, bodies } = await aSiteOfLargeObjects()
  const listening = await serveApp(app, { host: '127.0.0.1', port: 0, drainMs: 100 })
  onTestFinished(() => listening.drain())
  for (let reader = 1; reader <= 5; reader += 1) {
    const socket = connect(listening.port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: autopkgtest.example\r\nConnection: close\r\n\r\n`)
    await vi.waitFor(() => expect(bodies).toHaveLength(reader), { interval: 1, timeout: 10_000 })
    socket.destroy()
  }
  await allEnded()
})

it.each([PAGES[0], PAGES[2]] as typeof PAGES)(
  '%s leaves nothing open when the database is unavailable',
  async (_, path) => {
    const { app, bodies, web } = await aSiteOfLargeObjects()
    vi.spyOn(web.results, 'run').mockRejectedValue(new Unavailable('the database is unavailable'))
    vi.spyOn(web.derived, 'details').mockRejectedValue(new Unavailable('the database is unavailable'))
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.request(path)))
    for (const answer of answers) await answer.body?.cancel()
    await expect.poll(() => bodies.every(body => body.closed), { timeout: 10_000 }).toBe(true)
    // Those that were still being opened when the query failed
    await new Promise(resolve => setImmediate(resolve))
    await expect.poll(() => bodies.every(body => body.closed), { timeout: 10_000 }).toBe(true)
  },
)
