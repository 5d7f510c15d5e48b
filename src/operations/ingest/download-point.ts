import { z } from 'zod'
import type { State } from '../../backends/state/state.ts'

/** A run that has files, but of which no row can be made. */
export interface BrokenRun {
  /** `container/release/arch/prefix/package/run_id` */
  readonly name: string
  readonly reason: string
}

/** The outcome for the runs that were examined. */
export interface Tally {
  readonly new: number
  readonly known: number
  /** Runs without triggers, which are never recorded. */
  readonly left: number
  readonly broken: readonly BrokenRun[]
}

export const EMPTY_TALLY: Tally = { new: 0, known: 0, left: 0, broken: [] }

export function addTallies(a: Tally, b: Tally): Tally {
  return {
    new: a.new + b.new,
    known: a.known + b.known,
    left: a.left + b.left,
    broken: [...a.broken, ...b.broken],
  }
}

/** How far the download of a container has come: everything up to `marker` is recorded. */
export interface DownloadPoint {
  readonly marker: string
  readonly tally: Tally
}

/** New runs appear anywhere in a listing: after this time the part before the checkpoint is listed again. */
const GOOD_FOR_MS = 24 * 60 * 60 * 1000

const count = z.number().int().nonnegative()
const stored = z.object({
  at: z.number(),
  marker: z.string().min(1),
  tally: z.object({
    new: count,
    known: count,
    left: count,
    broken: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
})

/** Keeps the point of one container; `databaseId` voids it when the database is another. */
export function downloadPoints(
  state: Pick<State, 'point' | 'setPoint'>,
  databaseId: string,
  container: string,
) {
  const name = `download-all-results/${databaseId}/${container}`
  return {
    async read(): Promise<DownloadPoint | undefined> {
      const text = await state.point(name)
      const found = text === undefined ? undefined : stored.safeParse(parseJson(text)).data
      return found !== undefined && Math.abs(Date.now() - found.at) < GOOD_FOR_MS ? found : undefined
    },
    write: (point: DownloadPoint) => state.setPoint(name, JSON.stringify({ at: Date.now(), ...point })),
    forget: () => state.setPoint(name, undefined),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
