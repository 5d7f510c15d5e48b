import { Readable } from 'node:stream'
import type { Context } from 'hono'
import type { Store } from '../../../../backends/store/store.ts'
import { listArtifacts, openArtifact } from '../../../../contracts/files/artifacts-tar.ts'
import { NotFound } from '../../../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../../../domain/run/container.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { endingWith, openForAnswer } from '../../../handlers/stored-body.ts'
import { htmlResponse, type Stream } from '../../../handlers/stream.ts'
import { cached, UPLOADED_HEADERS } from '../../../http/headers.ts'
import { webBody } from '../../../http/web-body.ts'
import { ArtifactsView } from './artifacts.view.ts'

/** Of one file so much is sent; the rest is in the archive. */
const MOST_BYTES = 64 * 1024 * 1024
/** A file with a NUL byte in its first part is not text (as for git and grep). */
const LOOK = 8192

/** `…/artifacts`: the files that a run left. */
export const artifactsPage: Stream<'artifacts'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params: run }) => {
      const known = await web.results.run(run)
      const archive = await openArchive(c, web.store, run, closing)
      if (archive === undefined && known === undefined) throw new NotFound('There is no such run.')
      const list = archive && { ...(await listArtifacts(archive.body)), bytes: archive.bytes }
      return htmlResponse(ArtifactsView({ layout: layoutOf(web), run, list }))
    },
}

/** `…/artifacts/<file>`: text is shown as text, everything else is for download. */
export const artifactFile: Stream<'artifact'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params }) => {
      const archive = await openArchive(c, web.store, params, closing)
      const file = archive && (await openArtifact(archive.body, params.file, MOST_BYTES))
      if (archive === undefined || file === undefined)
        throw new NotFound('This run has no file of that name.')
      const { isText, body } = await peek(file.body)
      return new Response(webBody(endingWith(archive.body, body)), {
        headers: {
          ...UPLOADED_HEADERS,
          'content-type': isText ? 'text/plain; charset=utf-8' : 'application/octet-stream',
          ...cached('revalidate'),
          ...(isText ? {} : { 'content-disposition': 'attachment' }),
        },
      })
    },
}

function openArchive(c: Context, store: Store, run: RunKey, signal: AbortSignal) {
  const name = `${runDirectory(run)}/artifacts.tar.gz`
  return openForAnswer(c, store.get(distributionContainer(run.release), name, { signal }))
}

/** Looks at the beginning of a stream, and gives the whole of it back. */
async function peek(source: Readable): Promise<{ isText: boolean; body: Readable }> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  const first = await chunks.next()
  const start = first.done ? new Uint8Array(0) : first.value
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield start
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
    } finally {
      source.destroy()
    }
  }
  return { isText: !start.subarray(0, LOOK).includes(0), body: Readable.from(whole(), { objectMode: false }) }
}
