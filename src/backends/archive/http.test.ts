import { execFileSync } from 'node:child_process'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { BadInput, Unavailable } from '../../domain/errors.ts'
import { httpArchive } from './http.ts'

const SOURCES = 'Package: gzip\nVersion: 1.12-1\n\nPackage: sed\nVersion: 4.9-1\n'
const GZ = gzipSync(SOURCES)
const XZ = execFileSync('xz', ['-c'], { input: SOURCES })
const MODIFIED = 'Sun, 22 Nov 2026 14:00:00 GMT'
const PACKAGES = [
  { package: 'gzip', version: '1.12-1' },
  { package: 'sed', version: '4.9-1' },
]
const GZ_PATH = '/ubuntu/dists/noble/main/source/Sources.gz'
const XZ_PATH = '/ubuntu/dists/noble/main/source/Sources.xz'

let server: Server

/** An archive on a server with these answers, and the paths that were requested. */
async function archiveThat(answers: (...of: Parameters<RequestListener>) => unknown, silenceMs = 5000) {
  const asked: string[] = []
  server = createServer((request, response) => {
    asked.push(request.url as string)
    Promise.resolve(answers(request, response)).catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ubuntu/`
  return { asked, url, archive: httpArchive({ url, silenceMs }) }
}

afterEach(() => {
  server.closeAllConnections()
  server.close()
})

describe('an archive over HTTP', () => {
  it('gives the packages of Sources.gz and when it was modified', async () => {
    const { archive, asked } = await archiveThat((_, response) =>
      response.setHeader('last-modified', MODIFIED).end(GZ),
    )
    expect(await archive.sources('noble', 'main', {})).toEqual({
      state: 'changed',
      validators: { etag: undefined, lastModified: MODIFIED },
      isTold: true,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      packages: PACKAGES,
    })
    expect(asked).toEqual([GZ_PATH])
  })

  it('says that nothing changed since', async () => {
    const { archive } = await archiveThat((request, response) => {
      response.statusCode = request.headers['if-modified-since'] === MODIFIED ? 304 : 200
      response.end(response.statusCode === 200 ? GZ : undefined)
    })
    expect(await archive.sources('noble', 'main', { lastModified: MODIFIED })).toEqual({ state: 'unchanged' })
  })

  it('says when the file was sent where the server does not say when it was changed', async () => {
    const { archive } = await archiveThat((_, response) => response.end(GZ))
    const before = Date.now()
    const answer = await archive.sources('noble', 'main', {})
    const sent = answer.state === 'changed' ? Date.parse(answer.validators.lastModified) : Number.NaN
    expect(sent).toBeGreaterThan(before - 2000)
    expect(sent).toBeLessThanOrEqual(Date.now())
  })

  it('ends with the signal of whoever asked', async () => {
    const { archive } = await archiveThat(() => {})
    const answer = archive.sources('noble', 'main', {}, AbortSignal.timeout(20))
    await expect(answer).rejects.toThrow(Unavailable)
  })

  it('takes Sources.xz where there is no Sources.gz', async () => {
    const { archive, asked } = await archiveThat((request, response) => {
      response.statusCode = request.url === XZ_PATH ? 200 : 404
      response.end(request.url === XZ_PATH ? XZ : 'none')
    })
    expect(await archive.sources('noble', 'main', {})).toMatchObject({ packages: PACKAGES })
    expect(asked).toEqual([GZ_PATH, XZ_PATH])
  })

  it('says that an index is missing where there is neither', async () => {
    const { archive } = await archiveThat((_, response) => response.writeHead(404).end())
    expect(await archive.sources('noble', 'main', {})).toEqual({ state: 'missing' })
  })

  it('bears a server that calls the file an encoding, which fetch takes off', async () => {
    const { archive } = await archiveThat((_, response) =>
      response.setHeader('content-encoding', 'gzip').end(GZ),
    )
    expect(await archive.sources('noble', 'main', {})).toMatchObject({ packages: PACKAGES })
  })

  it.each([
    ['gzip data that is damaged', Buffer.concat([GZ.subarray(0, 30), Buffer.alloc(20, 7)])],
    ['gzip data that is cut', GZ.subarray(0, -10)],
    ['xz data that is damaged', Buffer.concat([XZ.subarray(0, 40), Buffer.alloc(60, 7)])],
    ['xz data that is cut', XZ.subarray(0, -10)],
    ['a page that asks to log in', Buffer.from('<html>Please log in</html>')],
  ])('refuses %s', async (_, body) => {
    const { archive, url } = await archiveThat((_, response) => response.end(body))
    const answer = archive.sources('noble', 'main', {})
    await expect(answer).rejects.toThrow(BadInput)
    await expect(answer).rejects.toThrow(`${url}dists/noble/main/source/Sources.gz: `)
  })

  it('is unavailable when the server fails', async () => {
    const { archive } = await archiveThat((_, response) => response.writeHead(503).end('busy'))
    const answer = archive.sources('noble', 'main', {})
    await expect(answer).rejects.toThrow(Unavailable)
    await expect(answer).rejects.toThrow('status 503')
  })

  it('is unavailable when nobody listens', async () => {
    const { archive } = await archiveThat(() => {})
    await new Promise(resolve => server.close(resolve))
    await expect(archive.sources('noble', 'main', {})).rejects.toThrow(/ECONNREFUSED/)
    await expect(archive.sources('noble', 'main', {})).rejects.toThrow(Unavailable)
  })

  it('is unavailable when the server takes the request and says nothing', async () => {
    const { archive } = await archiveThat(() => {}, 100)
    await expect(archive.sources('noble', 'main', {})).rejects.toThrow('silent for 100 ms')
  })

  it('is unavailable when the server falls silent in the middle of a file', async () => {
    for (const part of [GZ.subarray(0, 40), XZ.subarray(0, 60), Buffer.from(SOURCES)]) {
      const { archive } = await archiveThat((_, response) => void response.write(part), 100)
      const answer = archive.sources('noble', 'main', {})
      await expect(answer).rejects.toThrow(Unavailable)
      await expect(answer).rejects.toThrow('silent for 100 ms')
      server.closeAllConnections()
      server.close()
    }
  })

  it('is unavailable when the connection breaks in the middle of a file', async () => {
    const { archive } = await archiveThat((_, response) => {
      response.setHeader('content-length', GZ.length)
      response.write(GZ.subarray(0, 40), () => setTimeout(() => response.destroy(), 20))
    })
    await expect(archive.sources('noble', 'main', {})).rejects.toThrow(Unavailable)
  })

  it('waits for a slow file as long as it comes', async () => {
    const { archive } = await archiveThat(async (_, response) => {
      for (let at = 0; at < GZ.length; at += 10) {
        response.write(GZ.subarray(at, at + 10))
        await new Promise(resolve => setTimeout(resolve, 50))
      }
      response.end()
    }, 300)
    expect(await archive.sources('noble', 'main', {})).toMatchObject({ packages: PACKAGES })
  })

  it('ends what is under way when it is closed', async () => {
    const { archive } = await archiveThat(() => {})
    const answer = archive.sources('noble', 'main', {})
    setTimeout(() => void archive.close().catch(() => undefined), 20)
    await expect(answer).rejects.toThrow('closing')
  })

  it('keeps an index under the URL that it has in the archive', async () => {
    const { archive, url } = await archiveThat(() => {})
    expect(archive.sourcesUrl('noble-updates', 'universe')).toBe(
      `${url}dists/noble-updates/universe/source/Sources.gz`,
    )
  })
})
