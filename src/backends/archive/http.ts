import { parseSources } from '../../contracts/files/sources-index.ts'
import { isFailure, messageOf, Unavailable } from '../../domain/errors.ts'
import { withoutTrailingSlashes } from '../../domain/text/trailing-slashes.ts'
import type { Archive, SourcesIndex } from './archive.ts'
import { decompress } from './decompress.ts'

export interface HttpArchiveOptions {
  /** The folder that has `dists/`. */
  readonly url: string
  /** How long the archive may be silent before and while it answers. */
  readonly silenceMs?: number
}

/**
 * An archive over HTTP. Indexes are read as they stream in: whatever their size, only names and versions are
 * kept. A broken index is a BadInput, an archive that is away or falls silent is Unavailable.
 */
export function httpArchive({ url, silenceMs = 10_000 }: HttpArchiveOptions): Archive {
  const closing = new AbortController()
  const indexUrl = (pocket: string, component: string, suffix: string) =>
    `${withoutTrailingSlashes(url)}/dists/${pocket}/${component}/source/Sources.${suffix}`

  /** Undefined if the archive has no such file. */
  async function read(
    address: string,
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<SourcesIndex | undefined> {
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(new Unavailable(`silent for ${silenceMs} ms`)), silenceMs)
    try {
      const answer = await fetch(address, {
        // The file is compressed already
        headers: {
          'accept-encoding': 'identity',
          ...(since ? { 'if-modified-since': since } : {}),
        },
        signal: AbortSignal.any([closing.signal, silence.signal, signal]),
      })
      timer.refresh()
      if (answer.status !== 200) await answer.body?.cancel()
      if (answer.status === 304) return { state: 'unchanged' }
      if (answer.status === 404 || answer.status === 410) return undefined
      if (answer.status !== 200 || answer.body === null) throw new Unavailable(`status ${answer.status}`)
      const packages = await parseSources(decompress(watched(answer.body, () => timer.refresh())))
      const lastModified = answer.headers.get('last-modified') ?? answer.headers.get('date') ?? ''
      return { state: 'changed', lastModified, packages }
    } catch (error) {
      if (isFailure(error)) throw withAddress(error, address)
      const cause = error instanceof TypeError && error.cause !== undefined ? error.cause : error
      throw new Unavailable(`${address}: ${messageOf(cause)}`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    sourcesUrl: (pocket, component) => indexUrl(pocket, component, 'gz'),
    async sources(pocket, component, since, signal = closing.signal) {
      const found =
        (await read(indexUrl(pocket, component, 'gz'), since, signal)) ??
        (await read(indexUrl(pocket, component, 'xz'), since, signal))
      return found ?? { state: 'missing' }
    },
    async close() {
      closing.abort(new Unavailable('closing'))
    },
  }
}

function withAddress(error: Error, address: string): Error {
  const Kind = error.constructor as new (message: string, options: ErrorOptions) => Error
  return new Kind(`${address}: ${error.message}`, { cause: error })
}

/** The bytes as they are, with a call for each chunk. */
async function* watched(body: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    onChunk()
    yield chunk
  }
}
