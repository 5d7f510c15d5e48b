import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Delivery, Waiting } from '../backends/broker/broker.ts'
import { headersFromJson, headersToJson } from '../contracts/messages/kept-headers.ts'
import { Conflict, messageOf, Unavailable } from '../domain/errors.ts'
import { isAlive, thisProcess } from './processes.ts'

/** A request as it was taken from its queue, and the folder of all its files. */
export interface SpoolEntry extends Waiting {
  readonly folder: string
  readonly queue: string
  readonly body: Buffer
  /** How often it has been put back before. */
  readonly attempt: number
}

/** What is left to do for a run that has ended: its files are stored, then its completion is announced. */
export interface FinishedRun {
  readonly container: string
  readonly isPublic: boolean
  /** Those whose Swift users may read a private container. */
  readonly reader: string | undefined
  /** `release/arch/prefix/package/run_id` */
  readonly directory: string
  /** Names of the files that are uploaded there, in this order. */
  readonly objects: readonly string[]
  /** The body of the completion. */
  readonly completion: string
}

/**
 * The work in progress of this worker, on disk: everything in it survives a crash, and is handled at the next start.
 * A spool belongs to one process at a time.
 */
export interface Spool {
  /** Stores a delivery, synced to the disk; after that it may be acknowledged. */
  keep(queue: string, delivery: Delivery): SpoolEntry
  /**
   * Entries that an earlier process left behind. An entry that is incomplete was never acknowledged, and is removed.
   */
  leftovers(): SpoolEntry[]
  finish(entry: SpoolEntry, run: FinishedRun): void
  finished(entry: SpoolEntry): FinishedRun | undefined
  remove(entry: SpoolEntry): Promise<void>
  close(): void
}

/** Named as the folders of workers have always been: the name appears at the head of every log. */
const PREFIX = 'autopkgtest-work.'
const REQUEST = 'request.json'
const RESULT = 'result.json'

/** Replaces a whole file; it survives a power cut too. */
function writeDurably(file: string, content: string): void {
  const temporary = `${file}.new`
  const handle = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(handle, content)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, file)
  for (const folder of [dirname(file), dirname(dirname(file))]) syncFolder(folder)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** An entry on the disk. Earlier versions kept neither headers nor properties. */
interface KeptRequest extends Omit<Waiting, 'body' | 'headers'> {
  readonly queue: string
  /** Base64. */
  readonly body: string
  readonly headers?: Waiting['headers']
  readonly attempt: number
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const entryOf = (folder: string, kept: KeptRequest): SpoolEntry => ({
  ...kept,
  folder,
  headers: headersFromJson(kept.headers ?? {}),
  body: Buffer.from(kept.body, 'base64'),
})

const attemptOf = ({ headers }: Waiting): number => {
  const attempt = Number(headers['x-attempt'])
  return Number.isInteger(attempt) && attempt > 0 ? attempt : 0
}

/** Marks a folder as owned by this process. {@link Conflict} while another worker owns it. */
function lock(root: string): () => void {
  const file = join(root, 'worker.lock')
  const owner = (readJson(file) ?? {}) as { process?: string }
  if (owner.process !== undefined && isAlive(owner.process))
    throw new Conflict(`another worker uses ${root}: give each worker its own output_dir`)
  writeDurably(file, JSON.stringify({ process: thisProcess() }))
  return () => rmSync(file, { force: true })
}

/** The system does not tell which file it cannot write. */
const unwritable = (root: string, error: unknown) =>
  new Unavailable(`cannot write to ${root}: ${messageOf(error)}`, { cause: error })

/** Opens the spool in a folder, which is created if it is missing. */
export function openSpool(root: string): Spool {
  let unlock: () => void
  try {
    mkdirSync(root, { recursive: true, mode: 0o755 })
    unlock = lock(root)
  } catch (error) {
    if (error instanceof Conflict) throw error
    throw unwritable(root, error)
  }
  return {
    keep(queue, delivery) {
      const folder = join(root, PREFIX + randomBytes(6).toString('base64url').replaceAll('-', '_'))
      mkdirSync(folder, { mode: 0o755 })
      const { headers, properties } = delivery
      const came = { queue, headers, properties, attempt: attemptOf(delivery) }
      const entry = { ...came, folder, body: Buffer.from(delivery.body) }
      const body = entry.body.toString('base64')
      const request: KeptRequest = { ...came, headers: headersToJson(headers), body }
      try {
        writeDurably(join(folder, REQUEST), JSON.stringify(request))
      } catch (error) {
        rmSync(folder, { recursive: true, force: true })
        throw unwritable(root, error)
      }
      return entry
    },
    leftovers() {
      const folders = readdirSync(root).filter(name => name.startsWith(PREFIX))
      return folders.flatMap(name => {
        const folder = join(root, name)
        const kept = readJson(join(folder, REQUEST)) as KeptRequest | undefined
        if (kept !== undefined) return [entryOf(folder, kept)]
        rmSync(folder, { recursive: true, force: true })
        return []
      })
    },
    finish: ({ folder }, run) => writeDurably(join(folder, RESULT), JSON.stringify(run)),
    finished: ({ folder }) => readJson(join(folder, RESULT)) as FinishedRun | undefined,
    async remove({ folder }) {
      // Without its request it belongs to nobody, even if the rest cannot be removed
      await rm(join(folder, REQUEST), { force: true })
      await rm(folder, { recursive: true, force: true, maxRetries: 3 })
    },
    close: unlock,
  }
}
