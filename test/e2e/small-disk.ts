import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A disk of its own for the data of a program, in memory, that can be filled and freed again. */
export interface SmallDisk {
  /** Where it is mounted. */
  readonly folder: string
  /** Takes all the room that is left. */
  fill(): void
  /** Gives that room back. */
  free(): void
  remove(): void
}

const mount = (folder: string, megabytes: number) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).status === 0

/** Why there can be no such disk here; undefined if there can. */
export function noSmallDisk(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root may mount a small disk'
  const folder = mkdtempSync(join(tmpdir(), 'small-disk-'))
  try {
    if (!mount(folder, 1)) return 'nothing may be mounted here'
    execFileSync('umount', [folder])
    return undefined
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Mounts one at a folder, which is made. */
export function makeSmallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true })
  if (!mount(folder, megabytes)) throw new Error(`nothing can be mounted at ${folder}`)
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fill() {
      const file = openSync(ballast, 'a')
      try {
        // The last bytes are had in small pieces only
        for (const piece of [Buffer.alloc(1024 * 1024), Buffer.alloc(4096), Buffer.alloc(1)]) {
          while (fits(file, piece));
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(ballast, { force: true }),
    // Whatever has files open there
    remove: () => void spawnSync('umount', ['--lazy', folder]),
  }
}

function fits(file: number, piece: Buffer): boolean {
  try {
    return writeSync(file, piece) === piece.length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
