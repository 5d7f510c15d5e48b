import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { askOnce, openAsker } from '../lib/asking.ts'
import { aWorld, sqliteFolder } from '../lib/databases.ts'
import { kindsOf } from '../pages/addresses.ts'
import { findBusiest } from '../pages/busiest.ts'
import { startPages } from '../pages/site.ts'

/** Publishing a results database. */
export interface Publishing {
  readonly results: number
  readonly mb: number
  readonly seconds: number
  /** Seconds of processor time. */
  readonly cpu: number
  /** `cp` and `sha256sum` of the same file. */
  readonly copySeconds: number
  /** Once more, without any change. */
  readonly againSeconds: number
  readonly peakMb: number
  /** The slowest page of a website on the same file meanwhile, in milliseconds. */
  readonly slowestMs: number
  /** The same for as long while nothing is published, and while `cp` and `sha256sum` run. */
  readonly slowestWithoutMs: number
  readonly slowestWithCopyMs: number
}

interface Published {
  readonly first: { readonly seconds: number; readonly cpu: number; readonly outcome: string }
  readonly again: { readonly seconds: number; readonly outcome: string }
  readonly peakMb: number
}

const run = promisify(execFile)
const PUBLISHER = join(import.meta.dirname, '../publish-once.mjs')

export async function measurePublishing(results: number): Promise<Publishing> {
  const source = await sqliteFolder(results)
  const folder = mkdtempSync(join(tmpdir(), 'autopkgtest-web-publish-'))
  mkdirSync(join(folder, 'public'))
  const busiest = findBusiest(source, 1000)
  const [short, long] = busiest.runs as [(typeof busiest.runs)[0], (typeof busiest.runs)[0]]
  const site = await startPages({ folder: source }, { queued: 1000, running: 50 }, { short, long })
  try {
    const paths = kindsOf(busiest, aWorld().people, 1000).filter(kind =>
      ['package', 'history', 'run'].includes(kind.name),
    )
    const others = paths.flatMap(kind => kind.others)
    // In the system's memory from the start: otherwise pages would wait for the disk during the first measurement
    await run('sha256sum', [join(source, 'autopkgtest.db')])
    const pages = (part: number) => others.filter((_, place) => place % 4 === part)
    await askOnce(site.url, pages(3), 1)
    const publish = await whileAsking(site.url, pages(0), async () => {
      const { stdout } = await run(process.execPath, [PUBLISHER, source, folder])
      return JSON.parse(stdout) as Published
    })
    await run('sync', [])
    const without = await whileAsking(site.url, pages(1), () => sleep(1000 * publish.value.first.seconds))
    const copy = await whileAsking(site.url, pages(2), () => copyAndSum(source, folder))
    const { first, again, peakMb } = publish.value
    if (first.outcome !== 'published' || again.outcome !== 'unchanged')
      throw new Error(JSON.stringify(publish.value))
    return {
      results,
      mb: statSync(join(source, 'autopkgtest.db')).size / 1e6,
      seconds: first.seconds,
      cpu: first.cpu,
      copySeconds: copy.value,
      againSeconds: again.seconds,
      peakMb,
      slowestMs: publish.slowest,
      slowestWithoutMs: without.slowest,
      slowestWithCopyMs: copy.slowest,
    }
  } finally {
    await site.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function copyAndSum(source: string, folder: string): Promise<number> {
  const copied = join(folder, 'copy.db')
  const started = performance.now()
  await run('cp', [join(source, 'autopkgtest.db'), copied])
  await run('sha256sum', [copied])
  rmSync(copied)
  return (performance.now() - started) / 1000
}

/** Requests one page after the other as long as the work lasts; a pause after each leaves the machine to the work. */
async function whileAsking<T>(url: string, paths: readonly string[], work: () => Promise<T>) {
  const asker = await openAsker(url)
  let over = false
  let slowest = 0
  const asking = (async () => {
    for (let at = 0; !over; at = (at + 1) % paths.length) {
      slowest = Math.max(slowest, (await asker.get(paths[at] as string)).took)
      await sleep(10)
    }
  })()
  const value = await work()
  over = true
  await asking
  asker.close()
  return { value, slowest }
}
