import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { onTestFinished } from 'vitest'

export interface ServedArchive {
  readonly url: string
  /** Replaces an index from now on; packages by name with their version. */
  publish(pocket: string, component: string, packages: Readonly<Record<string, string>> | Uint8Array): void
  /** The paths that were requested, with the status of the answer. */
  readonly asked: { readonly path: string; readonly status: number }[]
  /** How it answers: correctly, with an error, or not at all. */
  mood: 'well' | 'failing' | 'silent'
  /**
   * How it describes an index: by Last-Modified, by an ETag alone, by nothing, or by a Last-Modified of which it takes no
   * notice and which is another each time.
   */
  describes: 'time' | 'tag' | 'nothing' | 'badly'
}

/** A Debian archive on a free port, with the indexes that a test puts there. It is stopped when the test ends. */
export async function serveArchive(): Promise<ServedArchive> {
  const files = new Map<string, { bytes: Uint8Array; modified: number }>()
  let changes = 0
  let answers = 0
  const archive: ServedArchive = {
    url: '',
    asked: [],
    mood: 'well',
    describes: 'time',
    publish(pocket, component, packages) {
      changes++
      files.set(`/ubuntu/dists/${pocket}/${component}/source/Sources.gz`, {
        bytes: packages instanceof Uint8Array ? packages : gzipSync(stanzas(packages)),
        modified: Date.UTC(2026, 0, 1) + 1000 * changes,
      })
    },
  }
  const server = createServer((request, response) => {
    if (archive.mood === 'silent') return
    const path = request.url as string
    const file = files.get(path)
    const since = Date.parse(request.headers['if-modified-since'] ?? '')
    const tag = `"${file?.modified}"`
    const isKnown =
      (archive.describes === 'time' && since >= (file?.modified ?? 0)) ||
      (archive.describes === 'tag' && request.headers['if-none-match'] === tag)
    const status = archive.mood === 'failing' ? 503 : file === undefined ? 404 : isKnown ? 304 : 200
    archive.asked.push({ path, status })
    response.statusCode = status
    const modified = archive.describes === 'badly' ? Date.UTC(2026, 1, 1) + 1000 * answers++ : file?.modified
    if (modified !== undefined && ['time', 'badly'].includes(archive.describes))
      response.setHeader('last-modified', new Date(modified).toUTCString())
    if (file !== undefined && archive.describes === 'tag') response.setHeader('etag', tag)
    // Answers within one second would be of one time
    if (archive.describes === 'nothing')
      response.setHeader('date', new Date(Date.UTC(2026, 1, 1) + 1000 * answers++).toUTCString())
    response.end(status === 200 ? file?.bytes : undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return Object.assign(archive, { url: `http://127.0.0.1:${port}/ubuntu` })
}

function stanzas(packages: Readonly<Record<string, string>>): string {
  return Object.entries(packages)
    .map(([name, version]) => `Package: ${name}\nFormat: 3.0 (quilt)\nVersion: ${version}\n\n`)
    .join('')
}
