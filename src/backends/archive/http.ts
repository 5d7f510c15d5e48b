import { parseSources } from '../../contracts/files/sources-index.ts'
import { Unavailable } from '../../domain/errors.ts'
import { withoutTrailingSlashes } from '../../domain/text/trailing-slashes.ts'
import { decompress } from '../http/decompress.ts'
import { fetchChanged } from '../http/fetch-changed.ts'
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
    since: string | undefined,
    signal: AbortSignal,
  ): Promise<SourcesIndex | undefined> {
    const answer = await fetchChanged(address, {
      since: { lastModified: since },
      silenceMs,
      signal: AbortSignal.any([closing.signal, signal]),
      read: chunks => parseSources(decompress(chunks)),
    })
    if (answer.state === 'missing') return undefined
    if (answer.state === 'unchanged') return { state: 'unchanged' }
    return {
      state: 'changed',
      lastModified: answer.validators.lastModified ?? '',
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
