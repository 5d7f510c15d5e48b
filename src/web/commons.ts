import { BAD_CREDENTIALS, type FailureBudget, failureBudget } from '../operations/github/failure-budget.ts'
import { pageLimit } from './http/limits/page-limit.ts'
import { POSTS_AT_ONCE, type StreamLimit, streamLimit } from './http/limits/stream-limit.ts'
import { Promised } from './pages/files/published-files/promised.ts'

/** At once in a website of one process, else when the main process has answered. */
export type Answered<T> = T | Promise<T>

/** How the processes of one website are, for operators. */
export interface ProcessesState {
  /** Whether all that there should be are there and answer. */
  readonly ok: boolean
  readonly wanted: number
  /** Those that listen. */
  readonly pids: readonly number[]
  /** How many were started again since the website was started. */
  readonly restarts: number
}

/** What all processes of one website must know together: what an address has, it has of all of them. */
export interface Commons {
  /** How many there are; each keeps its part of what the website may keep. */
  readonly processes: number
  /** False when the address must wait. */
  admitPage(group: string): Answered<boolean>
  /** Event streams and logs that each address has open. */
  readonly streams: StreamLimit
  /** Bodies that each address is sending. */
  readonly posts: StreamLimit
  /** The generation of the published database that each address was promised with its checksum. */
  readonly promised: {
    promise(group: string, sha256: string): Answered<void>
    of(group: string): Answered<string | undefined>
  }
  /** Bad credentials that Launchpad was asked about. */
  readonly badCredentials: FailureBudget
  /** Undefined where there is one process. */
  state(): Answered<ProcessesState | undefined>
}

/** The commons of a website of one process, or of the main process of several. */
export function openCommons({
  pagesPerSecond,
  streams,
}: {
  readonly pagesPerSecond: number
  readonly streams: number
}): Commons {
  const pages = pageLimit(pagesPerSecond)
  return {
    processes: 1,
    admitPage: group => pages.admit(group, performance.now()),
    streams: streamLimit(streams),
    posts: streamLimit(POSTS_AT_ONCE),
    promised: new Promised(),
    badCredentials: failureBudget(BAD_CREDENTIALS),
    state: () => undefined,
  }
}
