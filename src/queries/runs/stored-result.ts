import type { Store } from '../../backends/store/store.ts'
import { type ResultTar, readResultTar } from '../../contracts/files/result-tar.ts'
import { BadInput } from '../../domain/errors.ts'
import { runDirectory } from '../../domain/run/container.ts'
import type { RunKey } from '../../domain/test/test.ts'

/** The content of a run's `result.tar`; undefined if it does not exist or cannot be read. */
export async function storedResult(
  store: Pick<Store, 'get'>,
  container: string,
  run: RunKey,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ResultTar | undefined> {
  const tar = await store.get(container, `${runDirectory(run)}/result.tar`, { hash: false, ...options })
  if (tar === undefined) return undefined
  try {
    return await readResultTar(tar.body)
  } catch (error) {
    if (error instanceof BadInput) return undefined
    throw error
  } finally {
    tar.body.destroy()
  }
}
