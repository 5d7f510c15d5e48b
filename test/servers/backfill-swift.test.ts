import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import pLimit from 'p-limit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Store } from '../../src/backends/store/store.ts'
import { swiftStore } from '../../src/backends/store/swift/swift.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { silentLog as log } from '../../src/log.ts'
import { aRun } from '../builders/run.ts'
import { storeRun } from '../builders/stored-run.ts'
import { describeWith, freshProject, type SwiftFacts } from './harness/index.ts'

/** What every command says of this test's configuration. */
const EMBEDDED = /^.*warning: \[amqp\] uri: .*\n/
/** More runs than are recorded in one batch: there is something left to do when the first rows are seen. */
const MORE_THAN_AT_ONCE = 420
const ROOT = join(import.meta.dirname, '../..')

describeWith(['swift'], 'download-all-results from Swift', () => {
  let folder: string
  let config: string
  let store: Store
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'backfill-'))
    const facts = await freshProject()
    store = swiftStore({ login: 'keystone', ...facts }, { log })
    config = writeConfig(facts)
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })

  function writeConfig(facts: SwiftFacts): string {
    const file = join(folder, 'site.conf')
    const lines = [
      '[web]',
      'releases = jammy noble',
      `data_dir = ${join(folder, 'data')}`,
      '[amqp]',
      'uri = embedded:',
      '[swift]',
      `os_auth_url = ${facts.authUrl}`,
      `os_username = ${facts.username}`,
      `os_password = ${facts.password}`,
      `os_project_name = ${facts.projectName}`,
      `os_project_domain_name = ${facts.projectDomainName}`,
      `os_user_domain_name = ${facts.userDomainName}`,
    ]
    writeFileSync(file, lines.join('\n'), { mode: 0o600 })
    return file
  }

  function begin(...args: string[]) {
    const command = ['src/cli/main.ts', 'download-all-results', '--config', config, ...args]
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
      ([[status], stdout, stderr]) => ({
        status: status as number | null,
        stdout,
        stderr: stderr.replace(EMBEDDED, ''),
      }),
    )
    return { child, ended }
  }
  const run = (...args: string[]) => begin(...args).ended

  async function fill(runs: readonly Run[]): Promise<void> {
    await store.createContainer('autopkgtest-noble', 'public')
    const filling = { ...store, createContainer: async () => {} }
    await pLimit(8).map(runs, one => storeRun(filling, one))
  }

  /** The rows that are there now, none if there is no database yet. */
  function rows(): Record<string, unknown>[] {
    try {
      const db = new Database(join(folder, 'data', 'autopkgtest.db'), { readonly: true, fileMustExist: true })
      try {
        return db
          .prepare(
            'SELECT package, run_id, exitcode, env FROM result JOIN test ON id = test_id ORDER BY run_id',
          )
          .all() as Record<string, unknown>[]
      } finally {
        db.close()
      }
    } catch {
      return []
    }
  }
  const rowOf = ({ package: name, runId, exitcode, env }: Run) => ({
    package: name,
    run_id: runId,
    exitcode,
    env,
  })

  it('records what is there, tells of what is broken or missing, and finds it known the next time', async () => {
    const good = [aRun().of('gzip'), aRun().of('libxml2').failing(), aRun().of('sed').allProposed()]
    const broken = aRun().of('broken')
    await fill(good)
    await storeRun(store, broken, { resultTar: Buffer.from('not a tar') })

    const first = await run('--json')
    const name = `autopkgtest-noble/noble/amd64/b/broken/${broken.runId}`
    expect(JSON.parse(first.stdout)).toEqual({ new: 3, known: 0, broken: [name] })
    expect(first.status).toBe(1)
    expect(first.stderr).toContain(`broken: ${name}: `)
    expect(first.stderr).toContain('warning: there is no container autopkgtest-jammy')
    expect(rows()).toEqual(good.map(rowOf))

    await storeRun(store, broken)
    const second = await run('--release', 'noble', '--json')
    expect(JSON.parse(second.stdout)).toEqual({ new: 1, known: 3, broken: [] })
    expect(second).toMatchObject({ status: 0, stderr: '' })
    expect((await run()).stdout).toBe('0 new, 4 known, 0 broken\n')
  })

  it('loses nothing when it is killed in the middle, again and again', async () => {
    const runs = Array.from({ length: MORE_THAN_AT_ONCE }, () => aRun())
    await fill(runs)
    const recorded: number[] = []
    for (let kill = 0; kill < 2; kill++) {
      const { child, ended } = begin('--parallel', '1', '--no-log-heads')
      const enough = rows().length + 1
      while (rows().length < enough && child.exitCode === null) await sleep(20)
      child.kill('SIGKILL')
      await ended
      recorded.push(rows().length)
    }
    expect(recorded[0]).toBeGreaterThan(0)
    expect(recorded[0]).toBeLessThan(runs.length)
    const last = await run('--json')
    expect(last.status).toBe(0)
    const summary = JSON.parse(last.stdout)
    expect(summary.broken).toEqual([])
    expect(summary.new + summary.known).toBe(runs.length)
    expect(rows().map(row => row.run_id)).toEqual(runs.map(one => one.runId).sort())
  })

  it('ends with a message when it is interrupted, and goes on the next time', async () => {
    await fill(Array.from({ length: MORE_THAN_AT_ONCE }, () => aRun()))
    const { child, ended } = begin('--parallel', '1', '--no-log-heads')
    while (rows().length === 0 && child.exitCode === null) await sleep(20)
    child.kill('SIGINT')
    const { status, stderr } = await ended
    expect([status, stderr]).toEqual([1, 'autopkgtest-web: stopped; run the command again to resume\n'])
    expect((await run()).status).toBe(0)
    expect(rows()).toHaveLength(MORE_THAN_AT_ONCE)
  })

  it('takes no container whose runs are not recorded', async () => {
    const { status, stderr } = await run('--container', 'autopkgtest-noble-alice-tools')
    expect(status).toBe(2)
    expect(stderr).toContain('It must be autopkgtest-RELEASE')
  })

  it('says so when Swift is away, and does not call runs broken', async () => {
    const none = join(folder, 'none.conf')
    writeFileSync(
      none,
      '[web]\nreleases = noble\n[amqp]\nuri = embedded:\n[swift]\nstorage_url = http://127.0.0.1:9/v1/AUTH_x\n',
    )
    const away = spawn(process.execPath, ['src/cli/main.ts', 'download-all-results', '--config', none], {
      cwd: ROOT,
      env: { ...process.env, AUTOPKGTEST_WEB_DATA_DIR: join(folder, 'none') },
    })
    const [[status], stderr] = await Promise.all([once(away, 'close'), text(away.stderr)])
    expect(status).toBe(1)
    expect(stderr).toMatch(/^autopkgtest-web: .*object store/m)
  })
})
