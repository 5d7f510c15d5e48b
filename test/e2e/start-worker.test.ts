import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { openSpool } from '../../src/worker/spool.ts'
import { describeWith } from '../servers/harness/index.ts'
import { buildIfNeeded, endPrograms, type SiteProgram, startProgramWith, startSiteWith } from './program.ts'
import { type SourceServer, serveSource } from './testbed.ts'

const ARCH = ({ x64: 'amd64' } as Record<string, string>)[arch()] ?? arch()

// Nothing but autopkgtest itself: no broker, no store, no configuration
describeWith(['autopkgtest'], 'the service of one command with a worker', () => {
  let source: SourceServer
  let env: Record<string, string>
  beforeAll(async () => {
    buildIfNeeded()
    source = await serveSource({ good: 'echo fine', bad: 'echo "not fine"; exit 3' })
    const folder = mkdtempSync(join(tmpdir(), 'start-worker-'))
    env = { AUTOPKGTEST_WEB_DATA_DIR: folder, AUTOPKGTEST_WORKER_RELEASES: 'bookworm' }
  })
  afterAll(async () => {
    await endPrograms()
    await source?.close()
    rmSync(env.AUTOPKGTEST_WEB_DATA_DIR as string, { recursive: true, force: true })
  })

  const rowsOf = async (site: SiteProgram) =>
    (await (await fetch(`${site.url}/api/experimental/recent.json`)).json()) as Record<string, string>[]

  it('says what tests on this host may do, and does not start, until that is allowed', async () => {
    const { status, stderr } = await startProgramWith(env, 'start', '--worker', 'null').ended
    expect([status, stderr]).toEqual([1, expect.stringContaining('tests run on this host itself')])
  })

  it('runs what is requested with the real autopkgtest, and shows what came of it', async () => {
    const site = await startSiteWith(
      env,
      ...['start', '--listen', '127.0.0.1:0', '--worker', 'null', '--allow-null'],
    )
    onTestFinished(async () => void (await site.end()))
    await vi.waitFor(() => expect(site.said()).toContain('the worker is taking requests'), {
      timeout: 60_000,
    })
    const asked = await startProgramWith(
      env,
      ...['request', '-s', 'bookworm', '-a', ARCH, '--trigger', 'adt-local/1.0', '--test-git', source.url],
      'adt-local',
    ).ended
    expect([asked.status, asked.stderr]).toEqual([0, expect.any(String)])
    const row = await vi.waitFor(
      async () => {
        const found = (await rowsOf(site)).find(one => one.package === 'adt-local')
        expect(found).toMatchObject({ code: 'fail', version: '1.0', triggers: 'adt-local/1.0' })
        return found
      },
      { timeout: 120_000, interval: 300 },
    )
    const log = await fetch(`${site.url}/packages/adt-local/bookworm/${ARCH}/${row?.run_id}/log`)
    expect(await log.text()).toContain('not fine')
  }, 240_000)
})

describe('the service of one command whose worker cannot work', () => {
  let folder: string
  beforeAll(() => {
    buildIfNeeded()
    folder = mkdtempSync(join(tmpdir(), 'start-worker-'))
  })
  afterAll(async () => {
    await endPrograms()
    rmSync(folder, { recursive: true, force: true })
  })

  const COMMAND = ['start', '--listen', '127.0.0.1:0', '--worker', 'null', '--allow-null']
  const settings = (name: string, more: Readonly<Record<string, string>> = {}) => ({
    AUTOPKGTEST_WEB_DATA_DIR: join(folder, name),
    AUTOPKGTEST_WORKER_RELEASES: 'bookworm',
    ...more,
  })

  /** What pages are answered with until nobody listens any more. */
  async function answersUntilTheEnd(url: string): Promise<number[]> {
    const answers: number[] = []
    for (;;) {
      for (const path of ['/', '/recent', '/healthz']) {
        try {
          const answer = await fetch(url + path, { headers: { connection: 'close' } })
          await answer.body?.cancel()
          answers.push(answer.status)
        } catch {
          return answers
        }
      }
    }
  }

  it('touches nothing where there is no autopkgtest, and ends with status 1 and the reason', async () => {
    const env = settings('none', { AUTOPKGTEST_WORKER_AUTOPKGTEST: join(folder, 'no-autopkgtest') })
    const { status, stderr } = await startProgramWith(env, ...COMMAND).ended
    expect(status).toBe(1)
    expect(stderr).toContain(`autopkgtest-web: [worker]: there is no ${join(folder, 'no-autopkgtest')}`)
    expect(stderr).not.toContain('the website is listening')
    expect(existsSync(env.AUTOPKGTEST_WEB_DATA_DIR)).toBe(false)
  })

  it('ends as a whole with status 1 and the reason where another worker has its folder', async () => {
    const taken = join(folder, 'taken')
    const other = openSpool(taken)
    onTestFinished(() => other.close())
    const site = await startSiteWith(
      settings('second', {
        AUTOPKGTEST_WORKER_OUTPUT_DIR: taken,
        AUTOPKGTEST_WORKER_AUTOPKGTEST: '/bin/true',
      }),
      ...COMMAND,
    )
    // Each page that is answered is a whole one: what it is made from is closed after the last of them
    expect((await answersUntilTheEnd(site.url)).filter(status => status !== 200)).toEqual([])
    const { status, stderr } = await site.ended
    expect(status).toBe(1)
    expect(stderr).toContain(`autopkgtest-web: another worker uses ${taken}`)
    expect(stderr).not.toContain('uncaught error')
  }, 60_000)
})
