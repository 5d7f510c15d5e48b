import { rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { eventually } from '../../../test/eventually.ts'
import { BadInput } from '../../domain/errors.ts'
import { silentLog } from '../../log.ts'
import { keptDocument } from './kept-document.ts'
import { wholeText } from './read-document.ts'

const HOUR = 3_600_000

/** A document of at most 1000 bytes that is invalid where it says so, and a clock beside it. */
function kept(source: string) {
  const closing = new AbortController()
  onTestFinished(() => closing.abort())
  const clock = { now: 0 }
  const warnings: unknown[] = []
  const document = keptDocument({
    ...{ name: '[web] teams', source, everyMs: HOUR, mostBytes: 1000, signal: closing.signal },
    log: { ...silentLog, warn: (fields: unknown) => void warnings.push(fields) } as typeof silentLog,
    now: () => clock.now,
    async parse(chunks) {
      const text = await wholeText(chunks)
      if (text === 'broken') throw new BadInput('it is broken')
      return text
    },
  })
  const later = (ms: number) => {
    clock.now += ms
  }
  return { document, later, warnings, value: async () => (await document.current()).value }
}

async function served(answer: RequestListener): Promise<{ url: string; asked: (string | undefined)[] }> {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.headers['if-none-match'])
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/teams.json`, asked }
}

it('is asked for by condition once it is old, and not before', async () => {
  let text = 'one'
  const { url, asked } = await served((request, response) => {
    response.setHeader('etag', `"${text}"`)
    const known = request.headers['if-none-match'] === `"${text}"`
    response.writeHead(known ? 304 : 200).end(known ? undefined : text)
  })
  const { document, later, value } = kept(url)
  expect([await value(), await value()]).toEqual(['one', 'one'])
  expect(asked).toEqual([undefined])
  later(HOUR)
  // The known value is returned at once, and requested again in the background
  expect(await value()).toBe('one')
  await eventually(async () => expect((await document.current()).readAt?.getTime()).toBe(HOUR))
  expect(asked).toEqual([undefined, '"one"'])
  text = 'two'
  later(HOUR)
  await eventually(async () => expect(await value()).toBe('two'))
})

it('stays as it was while it cannot be read, is broken or too long, and says so once for each', async () => {
  let answer: string | number = 'good'
  const { url } = await served((_, response) =>
    typeof answer === 'number' ? response.writeHead(answer).end() : response.end(answer),
  )
  const { document, later, warnings, value } = kept(url)
  expect(await value()).toBe('good')
  const bomb = gzipSync('x'.repeat(100_000)).toString('latin1')
  for (const [bad, problem] of [
    [503, 'status 503'],
    [404, 'not there'],
    ['broken', 'it is broken'],
    ['x'.repeat(2000), 'more than 1000 bytes'],
  ] as const) {
    answer = bad
    for (let attempt = 0; attempt < 2; attempt++) {
      later(HOUR)
      await eventually(async () => expect((await document.current()).problem).toContain(problem))
    }
    expect(await value()).toBe('good')
  }
  expect(bomb.length).toBeLessThan(1000)
  expect(warnings).toHaveLength(4)
  expect(document.failures()).toBeGreaterThanOrEqual(4)
  answer = 'better'
  later(HOUR)
  await eventually(async () =>
    expect(await document.current()).toMatchObject({ value: 'better', problem: undefined }),
  )
})

it('is unpacked no further than it may be long', async () => {
  const { url } = await served((_, response) => response.end(gzipSync('x'.repeat(100_000))))
  expect(await kept(url).document.current()).toMatchObject({
    value: undefined,
    problem: expect.stringMatching(/more than 1000/),
  })
})

it('does not keep who asks waiting for a server that says nothing', { timeout: 20_000 }, async () => {
  const { url } = await served(() => {})
  expect(await kept(url).value()).toBeUndefined()
})

it('may be a file, which is read again when it changes and stays when it goes', async () => {
  const path = join(temporaryFolder(), 'teams.json')
  const { document, later, value } = kept(path)
  expect(await value()).toBeUndefined()
  writeFileSync(path, 'one')
  later(HOUR)
  await eventually(async () => expect(await value()).toBe('one'))
  writeFileSync(path, 'and two')
  later(HOUR)
  await eventually(async () => expect(await value()).toBe('and two'))
  rmSync(path)
  later(HOUR)
  await eventually(async () => expect((await document.current()).problem).toBe('it is not there'))
  expect(await value()).toBe('and two')
})
