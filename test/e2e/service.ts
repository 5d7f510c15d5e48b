import { mkdtempSync, rmSync } from 'node:fs'
import { arch, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, vi } from 'vitest'
import { queueName } from '../../src/domain/queue/queue-name.ts'
import { pythonJson } from '../../src/domain/text/python-text.ts'
import { freshProject, freshVhost, type RabbitmqFacts, type SwiftFacts } from '../servers/harness/index.ts'
import { type SiteProgram, startSite } from './program.ts'
import { JOE_UPLOADS, writeSiteConfig } from './site-config.ts'
import { connectWorker, type Worker } from './worker.ts'

/** Of this machine, as Debian calls it. */
export const ARCH = ({ x64: 'amd64' } as Record<string, string>)[arch()] ?? arch()

/** Waits as long as a test may take. */
export const until = (check: () => void | Promise<void>) =>
  vi.waitFor(check, { timeout: 240_000, interval: 200 })

export interface Service {
  readonly broker: RabbitmqFacts
  readonly swift: SwiftFacts
  readonly file: string
  readonly folder: string
  readonly site: SiteProgram
  readonly asker: Worker
  ask(name: string, params: object): Promise<void>
}

/** A whole service of one release, without a worker. */
export async function aService(release: string): Promise<Service> {
  const [broker, swift] = [await freshVhost(), await freshProject()]
  const folder = mkdtempSync(join(tmpdir(), 'worker-e2e-'))
  const sections = JOE_UPLOADS
  const file = writeSiteConfig({
    folder,
    releases: [release],
    arches: [ARCH],
    broker,
    store: swift,
    sections,
  })
  const site = await startSite('start', '--config', file)
  const asker = await connectWorker(broker)
  onTestFinished(async () => {
    await asker.close()
    await site.end()
    rmSync(folder, { recursive: true, force: true })
  })
  const queue = queueName({ context: 'ubuntu', release, arch: ARCH })
  const ask = (name: string, params: object) => asker.enqueue(queue, [`${name}\n${pythonJson(params)}`])
  return { broker, swift, file, folder, site, asker, ask }
}

/** A row of the newest results. */
export interface Row {
  readonly package: string
  readonly code: string
  readonly run_id: string
  readonly url: string
  readonly requester: string
  readonly triggers: string
  readonly version: string
}

export const recent = async (site: SiteProgram): Promise<Row[]> =>
  (await (await fetch(`${site.url}/api/experimental/recent.json`)).json()) as Row[]

/** A page that must be there. */
export async function textOf(url: string): Promise<string> {
  const answer = await fetch(url)
  const text = await answer.text()
  expect(answer.status, `${url}: ${text.slice(0, 300)}`).toBe(200)
  return text
}
