import { request } from 'node:http'
import { memoryOf } from '../../test/e2e/program.ts'
import { askOnce } from '../lib/asking.ts'
import type { Floor } from '../lib/floor.ts'
import { costOf } from '../lib/processes.ts'
import { ACCEPT_ENCODING, loadOf } from '../lib/wrk.ts'
import type { Kind } from './addresses.ts'
import { askAfterChanges } from './after-change.ts'
import type { Measured } from './measured.ts'
import type { Site } from './site.ts'
import { missedOf } from './targets.ts'

/** A bare server reaches its full speed at once. */
const FLOOR_SECONDS = 3
/** At half of the rate, this time is enough for some thousand requests. */
const HALF_SECONDS = 5
/** How often a file is changed. */
const CHANGES = 20

export async function measurePage(site: Site, floor: Floor, kind: Kind, seconds: number): Promise<Measured> {
  const url = site.url + kind.path
  const first = await measureFirst(site, kind)
  const [bytes, sent] = [await bodySize(url, 'identity'), await bodySize(url, ACCEPT_ENCODING)]
  await loadOf(url, { seconds: 1 })
  const kept = await costOf(site, () => loadOf(url, { seconds }))
  const rssMb = memoryOf(site).now / 1e6
  const floored = await floor.load(sent, Math.min(seconds, FLOOR_SECONDS))
  const half = await loadOf(url, {
    seconds: Math.min(seconds, HALF_SECONDS),
    rate: Math.max(1, kept.value.perSecond) / 2,
  })
  const measured = {
    page: kind.name,
    bytes,
    sent,
    kept: { ...kept.value, cpu: (1000 * kept.cpu) / kept.value.requests },
    floor: floored,
    first,
    half,
    rssMb,
  }
  return { ...measured, missed: missedOf(kind, measured) }
}

async function measureFirst(site: Site, kind: Kind): Promise<Measured['first']> {
  const ask =
    kind.others.length > 0
      ? () => askOnce(site.url, kind.others)
      : kind.madeFrom && (() => askAfterChanges(site, kind, CHANGES))
  if (ask === undefined) return undefined
  if (kind.warming.length > 0) await askOnce(site.url, kind.warming)
  const { value, cpu } = await costOf(site, ask)
  return { ...value, cpu: (1000 * cpu) / value.requests }
}

/** Bytes of the body as sent over the network. */
function bodySize(url: string, acceptEncoding: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': acceptEncoding } }, response => {
      let bytes = 0
      response.on('data', chunk => {
        bytes += chunk.length
      })
      response.on('end', () => resolve(bytes)).on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}
