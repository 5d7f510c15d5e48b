import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { aSite } from '../../../test/web/site.ts'
import { BadInput, Conflict, Forbidden, NotFound, Unavailable } from '../../domain/errors.ts'
import type { Log } from '../../log.ts'
import { answerError } from './error-answers.ts'

/** A log that remembers what it was told. */
function rememberingLog() {
  const lines: { level: string; fields: Record<string, unknown>; message: string }[] = []
  const write = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: fields as Record<string, unknown>, message })
  }
  const log: Log = {
    debug: () => undefined,
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => log,
  }
  return { log, lines }
}

/** A route that throws, on a site. */
async function throwing(error: unknown) {
  const { log, lines } = rememberingLog()
  const { web } = await aSite([], { log })
  const app = new Hono().get('/page', () => {
    throw error
  })
  app.onError((thrown, c) => answerError(web, c, thrown))
  return { get: (headers: Record<string, string> = {}) => app.request('/page', { headers }), lines }
}

describe('an error page', () => {
  it.each([
    [new BadInput('“limit” is not a number'), 400],
    [new Forbidden('Only readers may see this'), 403],
    [new NotFound('There is no such run'), 404],
    [new Conflict('Somebody is publishing'), 409],
  ])('says %s with status %i, and logs nothing', async (error, status) => {
    const { get, lines } = await throwing(error)
    const answer = await get()
    expect(answer.status).toBe(status)
    expect(await answer.text()).toContain(error.message)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(lines).toEqual([])
  })

  it('asks to come back when a backend is unavailable, and does not name our servers', async () => {
    const { get, lines } = await throwing(new Unavailable('connect ECONNREFUSED db-1.internal:5432'))
    const answer = await get()
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    const text = await answer.text()
    expect(text).not.toContain('db-1')
    expect(text).toContain('A service behind this page is unavailable')
    expect(lines).toMatchObject([
      { level: 'warn', fields: { err: { message: expect.stringContaining('db-1') } } },
    ])
  })

  it('shows of a bug nothing but a number, which stands in the log once', async () => {
    const { get, lines } = await throwing(new TypeError('secret of the inside'))
    const text = await (await get()).text()
    expect(text).not.toContain('secret')
    expect(text).not.toContain('.ts:')
    const id = /number ([0-9a-f]+)/.exec(text)?.[1]
    expect(lines).toMatchObject([{ level: 'error', fields: { id } }])
    expect(id).toHaveLength(12)
  })

  it('is problem details for programs', async () => {
    const { get } = await throwing(new BadInput('“limit” is not a number'))
    const answer = await get({ accept: 'application/json' })
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Invalid request',
      status: 400,
      detail: '“limit” is not a number',
    })
  })

  it('is plain markup when what pages are made of is broken itself', async () => {
    const { log, lines } = rememberingLog()
    const site = await aSite([], {
      log,
      assets: {
        files: new Map(),
        url: () => {
          throw new Error('no such asset')
        },
      },
    })
    const answer = await site.get('/')
    expect(answer.status).toBe(500)
    expect(answer.document.querySelector('a[href="/"]')).not.toBeNull()
    expect(lines.filter(line => line.level === 'error')).toHaveLength(2)
  })
})
