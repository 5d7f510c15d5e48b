import { type FSWatcher, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'

/** A write is told before it is whole (SQLite tells of its pages, then of the commit). */
const SOON_MS = 20
/** For what nobody tells: network file systems, a folder moved into the place of the watched one. */
const POLL_MS = 2_000
/** How long a write that was told may take until it can be seen: SQLite waits for the disk in between. */
const UNSEEN_MS = 2_000
/** The longest gap in that time; looks become rarer. */
const UNSEEN_GAP_MS = 250

/**
 * What a look found: something new (`seen`); nothing, as the write that was told is still under way, or was of no
 * interest (`unseen`); something after which more will follow, so look again without being told (`busy`).
 */
export type Look = 'seen' | 'unseen' | 'busy'

export interface WakeOptions {
  /** The minimum time between two looks, however often the file changes. */
  readonly gapMs?: number
  /** How often to look without being told. */
  readonly pollMs?: number
}

/**
 * Calls `look` soon after a file was written, made, replaced or removed, by any process; it need not exist. Where
 * the system cannot tell, now and then. The system is asked to tell once at a time: a file that is written a
 * thousand times a second costs no more than its looks. Does not keep the process alive.
 */
export function wakeOnChange(
  file: string,
  look: () => Look,
  { gapMs = 250, pollMs = POLL_MS }: WakeOptions = {},
): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  let watched: { readonly identity: string; readonly watcher: FSWatcher } | undefined
  let looked = performance.now()
  let told = -Infinity
  /** The gap after the last look, while what was told cannot be seen. */
  let unseen = gapMs
  let isClosed = false

  function plan(ms: number): void {
    clearTimeout(timer)
    if (!isClosed) timer = setTimeout(turn, ms).unref()
  }

  function unwatch(): void {
    watched?.watcher.close()
    watched = undefined
  }

  /** Not told again before the next look. */
  function onEvent(): void {
    unwatch()
    told = performance.now()
    plan(Math.max(SOON_MS, gapMs - (told - looked)))
  }

  /** Watches what the path names now: the file, or its folder until it is made. */
  function follow(): void {
    const found = identityOf(file)
    const path = found === undefined ? dirname(file) : file
    const identity = found ?? identityOf(path)
    if (watched !== undefined && watched.identity === identity) return
    unwatch()
    if (identity === undefined) return
    try {
      const watcher = watch(path, { persistent: false }, onEvent)
      watcher.on('error', unwatch)
      watched = { identity, watcher }
    } catch {
      // Polled
    }
  }

  function turn(): void {
    // First, so that what is written during the look is told
    follow()
    looked = performance.now()
    let found: Look = 'unseen'
    try {
      found = look()
    } finally {
      const isUnderWay = found === 'unseen' && looked - told < UNSEEN_MS
      const isSoon = found === 'busy' || isUnderWay
      unseen = isUnderWay ? Math.min(unseen * 2, Math.max(gapMs, UNSEEN_GAP_MS)) : gapMs
      if (isSoon) unwatch()
      plan(isSoon ? unseen : untilPoll(pollMs))
    }
  }

  follow()
  plan(untilPoll(pollMs))
  return {
    close() {
      isClosed = true
      clearTimeout(timer)
      unwatch()
    },
  }
}

/** All files are polled at the same times: the process is woken once for all. */
const untilPoll = (pollMs: number): number => Math.ceil(pollMs - (performance.now() % pollMs)) + 1

/** Undefined if there is nothing at the path, or nobody may know. */
function identityOf(path: string): string | undefined {
  try {
    const facts = statSync(path, { throwIfNoEntry: false })
    return facts && `${facts.dev} ${facts.ino}`
  } catch {
    return undefined
  }
}
