import { randomUUID } from 'node:crypto'
import { existsSync, type FSWatcher, statfsSync, watch } from 'node:fs'
import { chmod, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { diskFault } from '../files/disk-fault.ts'
import {
  type Found,
  findFile,
  findFileNow,
  formatOutline,
  HeldFile,
  isMissing,
  MISSING,
  outlinePath,
  type SnapshotFormat,
  stampOf,
  withOutline,
} from './held-file.ts'
import type { Held, Snapshot } from './snapshots.ts'

/** Changes are seen at once if the system reports them, else within this time (network file systems). */
const POLL_MS = 900
/** For changes that it does not report: another folder was moved to the place of the watched one. */
const SELDOM_MS = 15_000
/** Local file systems, which report every change: ext4, XFS, Btrfs, tmpfs, overlay, ZFS, F2FS (statfs(2)). */
const TELLING = new Set([0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010])
/** The minimum pause before unchanged contents are written again, which confirms that they are current. */
const CONFIRMED_MS = 60_000
/** A temporary file of this age belongs to a process that died. */
const ABANDONED_MS = 60_000

/** One file that is replaced as a whole, watched. */
export class SnapshotFile<T> implements Snapshot<T> {
  readonly #path: string
  readonly #format: SnapshotFormat<T>
  readonly #listeners = new Set<() => void>()
  #poll: NodeJS.Timeout | undefined
  /** Whether the system reports every change. */
  #isTold = false
  #watcher: FSWatcher | undefined
  #held: HeldFile<T>
  /** Reads and writes of this file, one after the other. */
  #turn: Promise<void> = Promise.resolve()
  #lookDue = false
  #isClosed = false
  #tidied = false

  constructor(path: string, format: SnapshotFormat<T>) {
    this.#path = path
    this.#format = format
    this.#held = new HeldFile(findFileNow(path), format, format.empty)
    this.#watch()
    this.#pollLater()
  }

  #pollLater(): void {
    clearTimeout(this.#poll)
    if (this.#isClosed) return
    this.#poll = setTimeout(
      () => {
        this.#watch()
        this.#look()
        this.#pollLater()
      },
      this.#isTold ? SELDOM_MS : POLL_MS,
    ).unref()
  }

  current(): Held<T> {
    return this.#held
  }

  replace(value: T): Promise<void> {
    return this.#queue(async () => {
      const { outlining } = this.#format
      const formatted = outlining?.format(value)
      const bytes = Buffer.from(formatted?.text ?? this.#format.format(value))
      this.#see(await this.#find())
      const { at } = this.#held
      const isOfLate = at !== undefined && Math.abs(Date.now() - at.getTime()) < CONFIRMED_MS
      if (isOfLate && this.#held.bytes.equals(bytes)) return
      const found = await this.#write(bytes, formatted?.outline)
      this.#see(found, value)
    })
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Stops watching; a write under way is finished. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#poll)
    this.#watcher?.close()
    this.#listeners.clear()
    await this.#turn
  }

  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => {})
    return done
  }

  #watch(): void {
    if (this.#watcher !== undefined) return
    const name = basename(this.#path)
    const folder = dirname(this.#path)
    // Polled until it is made
    if (!existsSync(folder)) return
    try {
      this.#isTold = TELLING.has(statfsSync(folder).type)
      this.#watcher = watch(folder, { persistent: false }, (_event, file) => {
        if (file === null || file === name) this.#look()
        // The folder itself was moved or removed: a new one in its place is a different folder
        else if (file === basename(folder)) this.#unwatch()
      })
    } catch {
      this.#isTold = false
      return // Polled until it can be watched
    }
    this.#watcher.on('error', () => this.#unwatch())
  }

  #unwatch(): void {
    this.#watcher?.close()
    this.#watcher = undefined
    this.#isTold = false
    this.#pollLater()
  }

  #look(): void {
    if (this.#lookDue) return
    this.#lookDue = true
    this.#queue(async () => {
      this.#lookDue = false
      this.#see(await this.#find())
    }).catch(() => undefined) // the next look repeats it
  }

  /** Reads the file unless it is unchanged since the last look. */
  async #find(): Promise<Found | undefined> {
    const stamp = await stat(this.#path, { bigint: true }).then(stampOf, error =>
      isMissing(error) ? MISSING.stamp : undefined,
    )
    if (stamp === this.#held.version) return undefined
    const found = await findFile(this.#path)
    return this.#format.outlining === undefined ? found : withOutline(this.#path, found)
  }

  #see(found: Found | undefined, value?: T): void {
    if (found === undefined || found.stamp === this.#held.version) return
    // Only matters to those who ask for its age
    const isConfirmed = this.#held.at !== undefined && found.bytes?.equals(this.#held.bytes) === true
    const held = new HeldFile(found, this.#format, this.#held.known)
    this.#held = value === undefined ? held : held.know(value)
    if (isConfirmed) return
    for (const listener of this.#listeners) listener()
  }

  async #write(bytes: Buffer, outline: object | undefined): Promise<Found> {
    const folder = dirname(this.#path)
    await mkdir(folder, { recursive: true })
    if (!this.#tidied) await this.#tidy(folder)
    const temporary = join(folder, `${this.#temporaryPrefix()}${randomUUID()}`)
    try {
      const handle = await open(temporary, 'wx', 0o644)
      try {
        await handle.writeFile(bytes)
        await handle.chmod(0o644) // Independent of the umask, as other programs on the host read it
        const facts = await handle.stat({ bigint: true })
        if (outline !== undefined) await this.#writeOutline(formatOutline(stampOf(facts), outline))
        await rename(temporary, this.#path)
        return { stamp: stampOf(facts), at: new Date(Number(facts.mtimeMs)), bytes }
      } finally {
        await handle.close()
      }
    } catch (error) {
      await rm(temporary, { force: true })
      throw diskFault(this.#path, error)
    }
  }

  /** Written before its file, so that readers of the file find it. Without it the whole file is read. */
  async #writeOutline(text: string): Promise<void> {
    const temporary = join(dirname(this.#path), `${this.#temporaryPrefix()}${randomUUID()}`)
    try {
      await writeFile(temporary, text, { flag: 'wx', mode: 0o644 })
      await chmod(temporary, 0o644)
      await rename(temporary, outlinePath(this.#path))
    } catch {
      await rm(temporary, { force: true }).catch(() => undefined)
    }
  }

  #temporaryPrefix(): string {
    return `.${basename(this.#path)}.new-`
  }

  /** Removes temporary files of writers that died. */
  async #tidy(folder: string): Promise<void> {
    for (const name of await readdir(folder)) {
      if (!name.startsWith(this.#temporaryPrefix())) continue
      const path = join(folder, name)
      const facts = await stat(path).catch(() => undefined)
      // In both directions: the clock may have been ahead
      const isOld = facts !== undefined && Math.abs(Date.now() - facts.mtimeMs) > ABANDONED_MS
      if (isOld) await rm(path, { force: true })
    }
    this.#tidied = true
  }
}
