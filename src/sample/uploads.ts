import { type Cast, HEROES, LIBRARIES, NEWEST, RELEASES } from './cast.ts'
import { seededRandom, seedOf } from './random.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** How far back the made-up world goes. */
export const DAYS = 90

/**
 * A version of a source that entered a release. All times are milliseconds from the creation of the world, mostly
 * before it.
 */
export interface MadeUpUpload {
  readonly source: string
  readonly version: string
  readonly release: string
  readonly at: number
}

/** Uploads that a story is about. */
export const BREAKING: MadeUpUpload = {
  source: HEROES.library,
  version: '4.0.0-1',
  release: NEWEST,
  at: -2 * DAY_MS,
}
export const ARMHF_BROKEN: MadeUpUpload = {
  source: HEROES.armhf,
  version: '1.8.0-2',
  release: NEWEST,
  at: -30 * DAY_MS,
}
export const BUILD_BROKEN: MadeUpUpload = {
  source: HEROES.mended,
  version: '2.3-3',
  release: NEWEST,
  at: -20 * DAY_MS,
}
export const BUILD_MENDED: MadeUpUpload = {
  source: HEROES.mended,
  version: '2.3-4',
  release: NEWEST,
  at: -6 * DAY_MS,
}
/** Triggers so many tests at once that the slow architectures need half a day for them. */
const REBUILT: MadeUpUpload = {
  source: HEROES.rebuilt,
  version: '1:9.2-1',
  release: NEWEST,
  at: -1.4 * DAY_MS,
}
const TOLD = [BREAKING, ARMHF_BROKEN, BUILD_BROKEN, BUILD_MENDED, REBUILT]

/** How many other uploads each release gets, the oldest release first. */
const UPLOADS = [6, 20, 66]

/** The version that a source had before all uploads. */
function firstVersion(source: string, upstream: readonly [number, number]): string {
  if (source === HEROES.library) return '3.9.2-1'
  if (source === HEROES.armhf) return '1.8.0-1'
  if (source === HEROES.mended) return '2.3-2'
  if (source === HEROES.rebuilt) return '1:9.1-3'
  return `${upstream.join('.')}-1`
}

/** Counts up the number of a Debian revision. */
const revised = (version: string, by = 1): string =>
  version.replace(/-(\d+)$/, (_, revision) => `-${Number(revision) + by}`)

/** How often something is uploaded while somebody watches. */
export const LIVE_UPLOAD_MS = 20 * 60_000
/** A source is seldom uploaded again after more than this many uploads of others. */
const LIVE_LOOKBACK = 500

/** The source of a live upload, by the number of the upload; not one that stories are about. */
function liveSource(slot: number): string {
  const sources = LIBRARIES.filter(name => !TOLD.some(told => told.source === name))
  return seededRandom(seedOf(`live upload ${slot}`)).pick(sources)
}

export interface Uploads {
  /** In the order of their times. */
  readonly all: readonly MadeUpUpload[]
  /** The version of a source in a release at a time. */
  versionAt(source: string, release: string, at: number): string
  /** The latest upload before a time after the creation of the world. */
  liveAt(at: number): MadeUpUpload
}

/** Everything that was uploaded in the time of the world, including the stories' own uploads. */
export function makeUploads({ packages, byName }: Cast, seed = 16): Uploads {
  const random = seededRandom(seed)
  const drawn: Omit<MadeUpUpload, 'version'>[] = []
  for (const [place, release] of RELEASES.entries()) {
    for (let n = 0; n < (UPLOADS[place] ?? 0); n++) {
      // Libraries come first in the cast, and are uploaded more often
      const source = (packages[Math.floor(packages.length * random.next() ** 2.2)] as { name: string }).name
      const at = -Math.floor((0.1 + random.next() * (DAYS - 5)) * DAY_MS)
      if (!TOLD.some(told => told.source === source)) drawn.push({ source, release, at })
    }
  }
  const versions = new Map<string, MadeUpUpload[]>()
  const all: MadeUpUpload[] = []
  const first = (source: string) => firstVersion(source, byName.get(source)?.upstream ?? [1, 0])
  const sorted: (Omit<MadeUpUpload, 'version'> & { version?: string })[] = [...drawn, ...TOLD]
  for (const upload of sorted.sort((a, b) => a.at - b.at)) {
    const key = `${upload.source}/${upload.release}`
    const known = versions.get(key) ?? []
    const version = upload.version ?? revised(known.at(-1)?.version ?? first(upload.source))
    known.push({ ...upload, version })
    versions.set(key, known)
    all.push({ ...upload, version })
  }
  const versionAt = (source: string, release: string, at: number): string => {
    const version =
      versions.get(`${source}/${release}`)?.findLast(upload => upload.at <= at)?.version ?? first(source)
    const now = Math.floor(at / LIVE_UPLOAD_MS)
    if (release !== NEWEST || now < 0 || !LIBRARIES.includes(source)) return version
    for (let slot = now; slot >= Math.max(0, now - LIVE_LOOKBACK); slot--)
      if (liveSource(slot) === source) return revised(version, slot + 1)
    return version
  }
  return {
    all,
    versionAt,
    liveAt(at) {
      const slot = Math.max(0, Math.floor(at / LIVE_UPLOAD_MS))
      const upload = { source: liveSource(slot), release: NEWEST, at: slot * LIVE_UPLOAD_MS }
      return { ...upload, version: versionAt(upload.source, NEWEST, upload.at) }
    },
  }
}
