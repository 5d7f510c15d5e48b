import { createHash, type Hash } from 'node:crypto'
import { parseSources } from '../../contracts/files/sources-index.ts'
import { Unavailable } from '../../domain/errors.ts'
import { withoutTrailingSlashes } from '../../domain/text/trailing-slashes.ts'
import { decompress } from '../http/decompress.ts'
import { fetchChanged, type Validators } from '../http/fetch-changed.ts'
import type { Archive, SourcesIndex } from './archive.ts'

export interface HttpArchiveOptions {
  /** The folder that contains `dists/`. */
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
    since: Validators,
    signal: AbortSignal,
  ): Promise<SourcesIndex | undefined> {
    const hash = createHash('sha256')
    const answer = await fetchChanged(address, {
      since,
      silenceMs,
      signal: AbortSignal.any([closing.signal, signal]),
      read: chunks => parseSources(decompress(hashed(chunks, hash))),
    })
    if (answer.state === 'missing') return undefined
    if (answer.state === 'unchanged') return { state: 'unchanged' }
    return {
      state: 'changed',
      validators: { ...answer.validators, lastModified: answer.validators.lastModified ?? '' },
      isTold: answer.isTold,
      digest: hash.digest('hex'),
      packages: answer.value,
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

/** The unchanged bytes, which are added to a hash. */
async function* hashed(chunks: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    hash.update(chunk)
    yield chunk
  }
}
