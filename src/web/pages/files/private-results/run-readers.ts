import type { Store } from '../../../../backends/store/store.ts'
import { isFailure, Unavailable } from '../../../../domain/errors.ts'
import { readersInFile } from '../../../../domain/request/readable-by.ts'
import { keptAnswers } from '../../../../domain/time/kept-answers.ts'

/** How long a list of readers is believed: one who was taken off it reads on for so long. */
const KEPT_MS = 60_000
/** Made-up addresses must not fill the memory. */
const MOST = 2_000
/** Of a longer list the rest is passed over. */
const MOST_BYTES = 64 * 1024

/** The people who may read private runs, from the object `readable-by` beside each run, cached for a minute. */
export class RunReaders {
  readonly #store: Pick<Store, 'get'>
  readonly #known = keptAnswers(MOST)

  constructor(store: Pick<Store, 'get'>) {
    this.#store = store
  }

  /** Empty if there is no list, run or container. */
  async of(container: string, folder: string): Promise<readonly string[]> {
    const list = `${folder}/readable-by`
    const ask = async () => {
      const text = await this.#read(container, list)
      return text === undefined ? undefined : readersInFile(text)
    }
    // A list that comes later is found at once
    return (
      (await this.#known.get(`${container}/${list}`, ask, names => (names === undefined ? 0 : KEPT_MS))) ?? []
    )
  }

  async #read(container: string, name: string): Promise<string | undefined> {
    const object = await redacted(this.#store.get(container, name))
    if (object === undefined) return undefined
    let text = ''
    try {
      for await (const chunk of object.body) {
        text += Buffer.from(chunk as Uint8Array).toString('utf8')
        if (text.length > MOST_BYTES) break
      }
    } catch (error) {
      if (isFailure(error)) throw storeIsAway()
      throw error
    } finally {
      object.body.destroy()
    }
    return text
  }
}

const storeIsAway = () => new Unavailable('the object store refuses access to a private run')

/**
 * The store's answer about a private run, with errors that do not name it, as they are logged. A name that no store
 * accepts counts as a missing object.
 */
export async function redacted<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isFailure(error) && error.kind === 'bad-input') return undefined
    throw isFailure(error) ? storeIsAway() : error
  }
}
