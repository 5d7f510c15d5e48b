import fs, { mkdirSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../test/builders/databases.ts'
import { eventually } from '../../../test/eventually.ts'
import { transcriptFiles } from './files.ts'

const ID = '0123456789abcdef'
const OF = { package: 'glib2.0', release: 'noble', arch: 'amd64', triggers: [], began: 1 }

afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})

describe('following the transcripts of this host', () => {
  it('watches nothing while nobody listens, nor a folder that does not exist', async () => {
    const folder = join(temporaryFolder(), 'later', 'live-logs')
    const watch = vi.spyOn(fs, 'watch')
    syncBuiltinESMExports()
    const transcripts = transcriptFiles({ folder })
    const unlisten = transcripts.onChange(() => undefined)
    expect(watch).not.toHaveBeenCalled()
    unlisten()

    mkdirSync(folder, { recursive: true })
    const unlistenAgain = transcripts.onChange(() => undefined)
    transcripts.onChange(() => undefined)()
    expect(watch).toHaveBeenCalledTimes(1)
    const closed = vi.fn()
    const watcher = watch.mock.results[0]?.value as fs.FSWatcher
    watcher.on('close', closed)
    unlistenAgain()
    await eventually(() => expect(closed).toHaveBeenCalled())
    await transcripts.close()
  })

  it('tells of a transcript in a folder that is made while somebody listens', async () => {
    const folder = join(temporaryFolder(), 'live-logs')
    const transcripts = transcriptFiles({ folder })
    const changed = new Set<string>()
    transcripts.onChange(id => changed.add(id))
    mkdirSync(dirname(folder), { recursive: true })
    await eventually(async () => {
      await transcripts.begin(ID, OF)
      expect(changed).toEqual(new Set([ID]))
    })
    await transcripts.close()
  })
})
