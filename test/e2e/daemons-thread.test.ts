import { mkdirSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { daemonsThread } from '../../src/cli/runtime/daemons-thread.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Log } from '../../src/log.ts'
import { temporaryFolder } from '../builders/databases.ts'

function recordingLog(): { log: Log; said: string[] } {
  const said: string[] = []
  const say = (_fields: object, message: string) => void said.push(message)
  const log: Log = { debug: say, info: say, warn: say, error: say, child: () => log }
  return { log, said }
}

describe('the thread of the daemons', () => {
  it('is started again when it died, says so, and measures and ends like any other', async () => {
    const dataDir = temporaryFolder()
    const { config } = readConfig({ env: { HOME: dataDir }, dataDir })
    if (config === undefined) throw new Error('the default configuration is broken')
    // A folder where the database should be: the thread cannot live
    mkdirSync(join(dataDir, 'autopkgtest.db'))
    const { log, said } = recordingLog()
    const thread = daemonsThread(config, log, { level: 'silent', format: 'json', onProgress: () => {} })
    onTestFinished(() => thread.stop())
    thread.start()
    await vi.waitFor(() => expect(said).toContain('the daemons ended unexpectedly and are restarted'), 30_000)
    expect(said).toContain('the thread of the daemons failed')

    rmdirSync(join(dataDir, 'autopkgtest.db'))
    await vi.waitFor(
      async () => expect(await thread.metrics()).toContain('daemon_lag_seconds{daemon="download-results"}'),
      { timeout: 60_000, interval: 500 },
    )
    const failures = said.length
    await thread.stop()
    expect(said).toHaveLength(failures)
  })
})
