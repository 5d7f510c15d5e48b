import { PRIVATE_JOB, type QueueContent, type QueuedJson } from '../../src/contracts/files/queued-json.ts'
import type { ReportedParams, RunningJson } from '../../src/contracts/files/running-json.ts'
import { CONTEXTS, type Context } from '../../src/domain/queue/queue-name.ts'
import { runHash } from '../../src/domain/run/run-hash.ts'
import { weighted } from '../../src/sample/random.ts'
import { makeRequest, requestBody } from './requests.ts'
import type { World } from './world.ts'

const SHARES: Readonly<Record<Context, number>> = { ubuntu: 0.16, huge: 0.74, ppa: 0.08, upstream: 0.02 }
const ARCH_SHARES: Readonly<Record<string, number>> = { arm64: 1.2, armhf: 2.2, riscv64: 2.5, s390x: 1.6 }

/** `queued.json` with this many waiting requests. */
export function makeQueued(world: World, count: number, end: Date): QueuedJson {
  const { random, releases, arches } = world
  const drawContext = weighted(
    random,
    CONTEXTS.map(context => SHARES[context]),
  )
  const drawArch = weighted(
    random,
    arches.map(arch => ARCH_SHARES[arch] ?? 1),
  )
  const perArch = () => Object.fromEntries(arches.map(arch => [arch, [] as string[]]))
  const perRelease = () => Object.fromEntries(releases.map(release => [release, perArch()]))
  const queues = Object.fromEntries(CONTEXTS.map(context => [context, perRelease()]))
  for (let made = 0; made < count; made++) {
    const context = CONTEXTS[drawContext()] as Context
    const release = world.drawRelease(1)
    const isPrivate = context === 'ppa' && random.chance(0.03)
    const body = isPrivate ? PRIVATE_JOB : requestBody(makeRequest(world, context, release, end))
    queues[context]?.[releases[release] as string]?.[arches[drawArch()] as string]?.push(body)
  }
  return { releases, arches: [...arches].sort(), queues: mapLeaves(queues) }
}

function mapLeaves(queues: Record<string, Record<string, Record<string, string[]>>>): QueuedJson['queues'] {
  const mapValues = <A, B>(record: Record<string, A>, map: (value: A) => B): Record<string, B> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
  const content = (requests: string[]): QueueContent => ({ size: requests.length, requests })
  return mapValues(queues, byRelease => mapValues(byRelease, byArch => mapValues(byArch, content)))
}

type Entry = readonly [ReportedParams, number, string]

/** `running.json` with this many running tests, each with about this many bytes of its log. */
export function makeRunning(world: World, count: number, end: Date, logBytes: number): RunningJson {
  const running: Record<string, Record<string, Record<string, Record<string, Entry>>>> = {}
  const drawContext = weighted(world.random, [0.45, 0.4, 0.12, 0.03])
  for (let made = 0; made < count; ) {
    const release = world.drawRelease(1)
    const request = makeRequest(world, CONTEXTS[drawContext()] as Context, release, end)
    const byHash = slot(running, request.package)
    const byRelease = slot(byHash, runHash(request.params))
    const byArch = slot(byRelease, world.releases[release] as string)
    const arch = world.random.pick(world.arches)
    if (byArch[arch] !== undefined) continue
    const seconds = Math.floor(world.random.exponential(1500))
    byArch[arch] = [request.params, seconds, logTail(world, request.package, seconds, logBytes)]
    made++
  }
  return running
}

/** The record under a key, created if it is missing. */
function slot<T>(record: Record<string, Record<string, T>>, key: string): Record<string, T> {
  record[key] ??= {}
  return record[key]
}

/** About this many bytes that look like the end of a test's log. */
function logTail({ random }: World, name: string, duration: number, bytes: number): string {
  const lines: string[] = []
  for (let [size, second] = [0, duration]; size < bytes; second = Math.max(0, second - random.below(3))) {
    const text = random.pick([
      `test_${name}_${random.below(999)} ... ok`,
      `Setting up lib${name}-dev:amd64 (${random.below(9)}.${random.below(40)}-1) ...`,
      `PASS: <t${random.below(99)}> & "${'='.repeat(5 + random.below(55))}"`,
      `  [${String(random.below(100)).padStart(3)}%] Building C object src/${name}.c.o`,
    ])
    const line = `${String(second).padStart(3)}s ${text}`
    lines.push(line)
    size += line.length + 1
  }
  return `${lines.reverse().join('\n').slice(-bytes)}\n`
}
