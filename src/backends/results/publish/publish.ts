import { fstatSync, openSync, rmSync, statSync } from 'node:fs'
import { runInThread } from '../../../threads.ts'
import type { PublishedCopy } from './copy-bytes.ts'
import type { MirrorInput } from './mirror.thread.ts'
import type { PublishInput } from './publish.thread.ts'

/** Descriptors by device and inode, kept until the process ends. */
const descriptors = new Map<string, number>()

/**
 * A descriptor for reading the bytes of a live database. It is never closed: closing any descriptor of a file
 * drops every POSIX lock that this process has on it, including SQLite's
 * (https://sqlite.org/howtocorrupt.html, 2.2).
 */
function readingDescriptor(file: string): number {
  const { dev, ino } = statSync(file)
  const kept = descriptors.get(`${dev}:${ino}`)
  if (kept !== undefined) return kept
  const descriptor = openSync(file, 'r')
  const opened = fstatSync(descriptor)
  descriptors.set(`${opened.dev}:${opened.ino}`, descriptor)
  return descriptor
}

/** Copies a live file to one with exactly the published schema, in a separate thread. */
export function publishFile(
  file: string,
  toFile: string,
  signal: AbortSignal | undefined,
): Promise<PublishedCopy> {
  const input: PublishInput = { file, descriptor: readingDescriptor(file), toFile }
  return orNothing(toFile, runInThread<PublishedCopy>(import.meta.url, './publish.thread', input, { signal }))
}

/** As {@link publishFile}, from the mirror of a server, which is brought up to date first. */
export function publishMirror(input: MirrorInput, signal: AbortSignal | undefined): Promise<PublishedCopy> {
  return orNothing(
    input.toFile,
    runInThread<PublishedCopy>(import.meta.url, './mirror.thread', input, { signal }),
  )
}

/** Leaves no partial file behind, whatever ended the thread. */
async function orNothing(toFile: string, published: Promise<PublishedCopy>): Promise<PublishedCopy> {
  try {
    return await published
  } catch (error) {
    rmSync(toFile, { force: true })
    throw error
  }
}
