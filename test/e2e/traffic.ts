import type { Run } from '../../src/domain/run/run.ts'
import { completionOf } from '../builders/completions.ts'
import { aRun } from '../builders/run.ts'

/** What workers say in a busy hour, the same each time. */
export interface Traffic {
  /** The runs of the distribution among them, each of which is to be recorded once. */
  readonly runs: readonly Run[]
  /** Those of them that were seeded from another release: their files are not in the container of theirs. */
  readonly seeded: readonly Run[]
  /** All messages in the order in which they are said; some of them twice. */
  readonly bodies: readonly string[]
  /** Those that are no completions at all. */
  readonly malformed: readonly string[]
}

const EXITCODES = [0, 0, 0, 2, 4, 6, 8, 12, 14, 16, 20, 99, -15]
const NAMES = ['hello', 'libxml2', 'lib', 'gtk+3.0', '0ad', 'g++-13', 'systemd', 'linux']
const ENVS = ['', '', 'all-proposed=1', 'testname=smoke', 'all-proposed=1,testname=unit-tests']

/** Numbers from 0 to 1 that are the same in each process (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The completions of so many runs, a part of them seeded, in nearly their order and with what comes between them:
 * repeated ones, those of PPAs, private ones and ones without triggers, which are not recorded, and malformed ones.
 */
export function aTraffic(count: number, given: { seeded: number }): Traffic {
  const random = randomFrom(20_261_122)
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T
  const runs = Array.from({ length: count }, (_, n) =>
    aRun()
      .of(pick(NAMES), `1:${n}~rc1+b1`)
      .on('noble', pick(['amd64', 'arm64', 's390x']))
      .triggeredBy(...Array.from({ length: 1 + Math.floor(random() * 3) }, (_, k) => `trigger${k}/${n}`))
      .by(pick(['', 'alice', 'bob-builder']))
      .lasting(Math.floor(random() * 20_000))
      .exiting(pick(EXITCODES))
      .with({ env: pick(ENVS) }),
  )
  const seeded = runs.filter(() => random() < given.seeded)
  const isSeeded = new Set<Run>(seeded)
  const said = runs.map(run => {
    // Seeding says numbers, and a place where nothing is
    const elsewhere = { swift_dir: `dummy/seed/new/release/${run.runId}`, duration: run.duration }
    return completionOf(run, isSeeded.has(run) ? elsewhere : {})
  })
  const again = said.filter(() => random() < 0.04)
  const elsewhere = said.slice(0, 40).flatMap(body => {
    const message = JSON.parse(body) as object
    return [
      { ...message, container: 'autopkgtest-noble-alice-tools' },
      { ...message, container: 'private-autopkgtest-noble-alice-secret' },
    ].map(other => JSON.stringify(other).replace(/_[0-9a-f]{5}@/, '_fffff@'))
  })
  const untriggered = Array.from({ length: 20 }, () => completionOf(aRun(), { triggers: null }))
  const malformed = malformedMessages()
  const bodies = [...said, ...again, ...elsewhere, ...untriggered, ...malformed]
  const placed = bodies.map((body, n) => ({
    body,
    // Runs nearly in their order, the rest anywhere among them
    place: n < said.length ? n / said.length + 0.02 * random() : random(),
  }))
  const inOrder = placed.toSorted((a, b) => a.place - b.place)
  return { runs, seeded, bodies: inOrder.map(({ body }) => body), malformed }
}

/** Each is broken in another way. */
function malformedMessages(): string[] {
  const good = () => JSON.parse(completionOf(aRun())) as Record<string, unknown>
  const without = (name: string) => JSON.stringify({ ...good(), [name]: undefined })
  const withField = (name: string, value: unknown) => JSON.stringify({ ...good(), [name]: value })
  return [
    '',
    'not JSON',
    '{"release": "noble"',
    'null',
    '[]',
    '"noble"',
    ...['release', 'architecture', 'package', 'container', 'swift_dir', 'exitcode'].map(without),
    withField('package', '../../etc/passwd'),
    withField('package', '<script>alert(1)</script>'),
    withField('package', 'x'.repeat(1000)),
    withField('release', 'no/ble'),
    withField('architecture', ['amd64']),
    withField('swift_dir', 'noble/amd64/h/hello'),
    withField('swift_dir', 'noble/amd64/h/hello/20260901_100000_abcde'),
    withField('exitcode', 'four'),
    withField('exitcode', 2 ** 40),
    withField('triggers', { glibc: '2.36' }),
    withField('testpkg_version', 'v'.repeat(301)),
  ]
}
