import { execFileSync } from 'node:child_process'
import fs, { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { eventually } from '../../../test/eventually.ts'
import { type Look, wakeOnChange } from './wake-on-change.ts'

const HOUR_MS = 3_600_000

let file: string
let wakings: { close(): void }[]
beforeEach(() => {
  file = join(temporaryFolder(), 'database-wal')
  wakings = []
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
  for (const waking of wakings) waking.close()
})

/** Counts the looks at the file; each finds what `find` says. */
function counting(options: { gapMs?: number; pollMs?: number }, find: () => Look = () => 'seen') {
  const looks = { count: 0 }
  const waking = wakeOnChange(
    file,
    () => {
      looks.count++
      return find()
    },
    options,
  )
  wakings.push(waking)
  return looks
}

/** Repeats `change` until it was seen: whoever is told of changes sees one. */
async function seenAfter(looks: { count: number }, change: () => void): Promise<void> {
  const before = looks.count
  await eventually(() => {
    change()
    expect(looks.count).toBeGreaterThan(before)
  })
}

/** What is asked of the system from now on. */
function spyOnWatch() {
  const spy = vi.spyOn(fs, 'watch')
  syncBuiltinESMExports()
  return spy
}

const rest = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('waking when a file changes', () => {
  const told = { gapMs: 10, pollMs: HOUR_MS }

  it('does not wait for the next look of its own', async () => {
    writeFileSync(file, '')
    const looks = counting(told)
    appendFileSync(file, 'one')
    await eventually(() => expect(looks.count).toBe(1))
    appendFileSync(file, 'two')
    await eventually(() => expect(looks.count).toBe(2))
  })

  it('hears of what another process writes', async () => {
    writeFileSync(file, '')
    const looks = counting(told)
    execFileSync('sh', ['-c', 'echo other >> "$0"', file])
    await eventually(() => expect(looks.count).toBeGreaterThan(0))
  })

  it('follows a file that is made, removed, made again, and replaced', async () => {
    const looks = counting(told)
    for (let round = 0; round < 3; round++) {
      await seenAfter(looks, () => writeFileSync(file, 'made'))
      await seenAfter(looks, () => appendFileSync(file, 'more'))
      await seenAfter(looks, () => rmSync(file, { force: true }))
    }
    await seenAfter(looks, () => {
      writeFileSync(`${file}.new`, 'another')
      renameSync(`${file}.new`, file)
    })
    await seenAfter(looks, () => appendFileSync(file, 'more'))
  })

  it('waits for a folder that does not exist yet', async () => {
    const folder = join(temporaryFolder(), 'later')
    file = join(folder, 'database-wal')
    const looks = counting({ gapMs: 10, pollMs: 20 }, () => 'unseen')
    await eventually(() => expect(looks.count).toBeGreaterThan(1))
    mkdirSync(folder)
    await seenAfter(looks, () => writeFileSync(file, 'made'))
  })

  it('looks again when a write was told before it can be seen', async () => {
    writeFileSync(file, '')
    let found: Look = 'unseen'
    const looks = counting(told, () => found)
    appendFileSync(file, 'page')
    await eventually(() => expect(looks.count).toBeGreaterThan(2))
    found = 'seen'
    const { count } = looks
    await eventually(() => expect(looks.count).toBeGreaterThan(count))
  })

  it('looks again without being told while more will follow', async () => {
    let found: Look = 'busy'
    const looks = counting(told, () => found)
    writeFileSync(file, '')
    await eventually(() => expect(looks.count).toBeGreaterThan(3))
    found = 'seen'
  })

  it('is told once of a file that is written all the time', async () => {
    writeFileSync(file, '')
    const watch = spyOnWatch()
    const looks = counting({ gapMs: HOUR_MS, pollMs: HOUR_MS })
    const closed = vi.fn()
    const watcher = watch.mock.results[0]?.value as fs.FSWatcher
    watcher.on('close', closed)
    await eventually(() => {
      appendFileSync(file, 'more')
      expect(closed).toHaveBeenCalled()
    })
    for (let write = 0; write < 100; write++) appendFileSync(file, 'more')
    await rest(100)
    expect(looks.count).toBe(0)
    expect(watch).toHaveBeenCalledTimes(1)
  })

  it('looks now and then at a file of which nobody tells', async () => {
    file = '/proc/uptime'
    const looks = counting({ gapMs: 10, pollMs: 20 })
    await eventually(() => expect(looks.count).toBeGreaterThan(2))
  })

  it('looks now and then if it cannot watch, until it can', async () => {
    const watch = spyOnWatch().mockImplementation(() => {
      throw Object.assign(new Error('no more watches'), { code: 'ENOSPC' })
    })
    writeFileSync(file, '')
    const looks = counting({ gapMs: 10, pollMs: 20 })
    await eventually(() => expect(looks.count).toBeGreaterThan(2))
    watch.mockRestore()
    const again = spyOnWatch()
    await eventually(() => expect(again).toHaveBeenCalled())
  })

  it('survives a watch that ends with an error, and watches again', async () => {
    writeFileSync(file, '')
    const watch = spyOnWatch()
    const looks = counting({ gapMs: 10, pollMs: 50 })
    const first = watch.mock.results[0]?.value as fs.FSWatcher
    first.emit('error', new Error('the watched file system is gone'))
    await eventually(() => expect(watch.mock.calls.length).toBeGreaterThan(1))
    await seenAfter(looks, () => appendFileSync(file, 'more'))
  })

  it('goes on after a look that threw', async () => {
    writeFileSync(file, '')
    const thrown: unknown[] = []
    const note = (error: unknown) => thrown.push(error)
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', note)
    try {
      const looks = counting({ gapMs: 10, pollMs: 20 }, () => {
        throw new Error('broken')
      })
      await eventually(() => expect(looks.count).toBeGreaterThan(2))
      expect(thrown.length).toBeGreaterThan(1)
    } finally {
      for (const { close } of wakings) close()
      process.removeListener('uncaughtException', note)
      for (const other of others) process.on('uncaughtException', other)
    }
  })

  it('ends when it is closed, even during a look', async () => {
    writeFileSync(file, '')
    const looks = counting({ gapMs: 10, pollMs: 20 }, () => {
      for (const { close } of wakings) close()
      return 'busy'
    })
    await eventually(() => expect(looks.count).toBe(1))
    appendFileSync(file, 'more')
    await rest(100)
    expect(looks.count).toBe(1)
  })
})
