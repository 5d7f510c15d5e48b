import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { temporaryFolder } from '../builders/databases.ts'
import { buildIfNeeded, endPrograms, startSite } from '../e2e/program.ts'
import { writeSiteConfig } from '../e2e/site-config.ts'

beforeAll(buildIfNeeded)
afterAll(endPrograms)

it('gives up clients that never finish what they send, and goes on answering others', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'store'))
  const config = writeSiteConfig({ folder, releases: ['noble'], store: { path: join(folder, 'store') } })
  const site = await startSite('serve', '--config', config)
  const { port } = new URL(site.url)
  const beginnings = [
    'GET / HTTP/1.1\r\nHost: localhost\r\n',
    'POST /request.cgi HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf',
  ]
  const answers = beginnings.map(beginning => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(beginning))
    return text(socket)
  })
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200)
  for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1\.1 408 /)
  expect((await fetch(`${site.url}/healthz`)).status).toBe(200)
})
