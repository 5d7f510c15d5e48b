import { randomUUID } from 'node:crypto'
import { existsSync, type FSWatcher, watch } from 'node:fs'
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { diskFault } from '../files/disk-fault.ts'
import type { Transcript, TranscriptOf, TranscriptPiece, Transcripts } from './transcripts.ts'

const ENDING = '.jsonl'
const NAME = /^[0-9a-f]{16}$/
/** For a folder that cannot be watched, as on some network file systems. */
const POLL_MS = 2_000

const of = z.object({
  package: z.string(),
  release: z.string(),
  arch: z.string(),
  triggers: z.array(z.string()),
  began: z.number(),
})
const piece = z.object({
  number: z.number(),
  line: z.number(),
  text: z.string(),
  gap: z.string().optional(),
  end: z.number().optional(),
  last: z.literal(true).optional(),
})

/** One file for each, readable by this user only: a line of JSON that names its run, then one per piece. */
export function transcriptFiles({ folder }: { readonly folder: string }): Transcripts {
  const listeners = new Set<(id: string) => void>()
  const fileOf = (id: string): string => {
    if (!NAME.test(id)) throw new TypeError('not the name of a transcript')
    return join(folder, id + ENDING)
  }
  let following: ReturnType<typeof followFolder> | undefined
  const changed = (id: string): void => {
    for (const listener of listeners) listener(id)
  }
  const unfollow = (): void => {
    following?.close()
    following = undefined
  }

  /** Replaces the file as a whole, by a rename. */
  async function replace(id: string, lines: readonly string[]): Promise<void> {
    const temporary = join(folder, `.${id}.${randomUUID()}`)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      await writeFile(temporary, lines.join(''), { mode: 0o600, flag: 'wx' })
      await rename(temporary, fileOf(id))
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      throw diskFault(fileOf(id), error)
    }
  }

  async function kept(): Promise<Map<string, { readonly bytes: number; readonly grown: Date }>> {
    const names = await readdir(folder).catch(() => [])
    const found = new Map<string, { bytes: number; grown: Date }>()
    for (const name of names) {
      const id = name.slice(0, -ENDING.length)
      if (!name.endsWith(ENDING) || !NAME.test(id)) continue
      const facts = await stat(join(folder, name)).catch(() => undefined)
      if (facts !== undefined) found.set(id, { bytes: facts.size, grown: facts.mtime })
    }
    return found
  }

  return {
    async read(id) {
      const text = await readFile(fileOf(id), 'utf8').catch(() => undefined)
      return text === undefined ? undefined : parse(text)
    },
    kept,
    onChange(listener) {
      listeners.add(listener)
      following ??= followFolder(folder, changed)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) unfollow()
      }
    },
    begin: (id, whose) => replace(id, [lineOf(whose)]),
    async append(id, pieces) {
      try {
        await appendFile(fileOf(id), pieces.map(lineOf).join(''), { mode: 0o600 })
      } catch (error) {
        throw diskFault(fileOf(id), error)
      }
    },
    async trim(id, bytes) {
      const [first = '', ...lines] = (await readFile(fileOf(id), 'utf8')).split('\n').filter(Boolean)
      let left = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, first.length + 1)
      let from = 0
      while (left > bytes && from < lines.length - 1) left -= Buffer.byteLength(lines[from++] as string) + 1
      await replace(
        id,
        [first, ...lines.slice(from)].map(line => `${line}\n`),
      )
    },
    remove: id => rm(fileOf(id), { force: true }),
    async close() {
      listeners.clear()
      unfollow()
    },
  }
}

const lineOf = (value: TranscriptOf | TranscriptPiece): string => `${JSON.stringify(value)}\n`

/** The readable part of a file: the last line may be incomplete. */
function parse(text: string): Transcript | undefined {
  const [first = '', ...lines] = text.split('\n')
  const whose = read(of, first)
  if (whose === undefined) return undefined
  return { of: whose, pieces: lines.flatMap(line => read(piece, line) ?? []) }
}

function read<T>(shape: z.ZodType<T>, line: string): T | undefined {
  if (line === '') return undefined
  try {
    return shape.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

/** Watches a folder that may not exist yet; to be done while somebody listens, as each piece of output is a call. */
function followFolder(folder: string, changed: (id: string) => void): { close(): void } {
  let watcher: FSWatcher | undefined
  const open = (): void => {
    if (watcher !== undefined || !existsSync(folder)) return
    try {
      watcher = watch(folder, { persistent: false }, (_event, name) => {
        const id = name?.endsWith(ENDING) ? name.slice(0, -ENDING.length) : ''
        if (NAME.test(id)) changed(id)
      })
      watcher.on('error', () => {
        watcher?.close()
        watcher = undefined
      })
    } catch {
      watcher = undefined // Cannot be watched: tried again
    }
  }
  open()
  const timer = setInterval(open, POLL_MS).unref()
  return {
    close() {
      clearInterval(timer)
      watcher?.close()
    },
  }
}
