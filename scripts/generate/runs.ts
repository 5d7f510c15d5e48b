import type { Run } from '../../src/domain/run/run.ts'
import type { World } from './world.ts'

const DAY = 86_400
const SLOWER: Readonly<Record<string, number>> = { riscv64: 4, armhf: 1.6, arm64: 1.2, ppc64el: 1.1 }
const ENVS: readonly (readonly [share: number, env: string])[] = [
  [0.93, ''],
  [0.975, 'all-proposed=1'],
  [0.98, 'testname=unittests'],
  [0.985, 'testname=smoke'],
  [0.99, 'testname=upstream'],
  [1, 'all-proposed=1,testname=smoke'],
]

/**
 * A number of runs, in roughly the order in which they end. They come from uploads: each has its triggers and a
 * heavy-tailed number of packages that are tested on all their arches; failed ones are run again now and then.
 */
export function* makeRuns(
  world: World,
  options: { count: number; years: number; end: Date },
): Generator<Run> {
  const end = Math.floor(options.end.getTime() / 1000)
  const span = options.years * 365.25 * DAY
  let made = 0
  while (made < options.count) {
    const fraction = made / options.count
    for (const run of uploadRuns(world, fraction, end - span + fraction * span, end, options.count)) {
      yield run
      made++
      if (made >= options.count) return
    }
  }
}

function* uploadRuns(
  world: World,
  fraction: number,
  start: number,
  end: number,
  count: number,
): Generator<Run> {
  const { random } = world
  const release = world.drawRelease(fraction)
  const main = world.drawTrigger()
  const triggers = drawTriggers(world, main, release, fraction)
  const requester = drawRequester(world)
  const drawn = random.next()
  const env = ENVS.find(([share]) => drawn < share)?.[1] ?? ''
  const most = requester === '' || requester === 'britney' ? 1 + Math.floor(count / 20) : 12
  const size = Math.min(drawSize(world, main), most)
  const when = start + random.below(3600)
  for (let tested = 0; tested < size; tested++) {
    const target = tested === 0 ? main : world.drawTarget()
    const version = world.versionAt(target, release, fraction)
    for (const arch of world.archesOf(target)) {
      for (let again = 0; ; again++) {
        const exitcode = world.drawExitcode(target)
        const duration = exitcode === 99 ? 0 : drawSeconds(world, target, arch)
        const ended = when + Math.min(5 * DAY, random.exponential(9000)) + again * 4 * 3600 + duration
        yield {
          release: world.releases[release] as string,
          arch: world.arches[arch] as string,
          package: world.names[target] as string,
          runId: runId(Math.floor(ended >= end ? end - 1 - random.below(512) : ended), random.below(2 ** 20)),
          version: exitcode === 99 ? 'blacklisted' : version,
          triggers,
          duration,
          exitcode,
          requester,
          env,
        }
        if (exitcode < 3 || exitcode === 8 || exitcode === 99 || again > 3 || !random.chance(0.3)) break
      }
    }
  }
}

function drawRequester(world: World): string {
  const drawn = world.random.next()
  if (drawn < 0.6) return ''
  return drawn < 0.91 ? 'britney' : world.drawPerson()
}

/** How many packages an upload triggers tests of. */
function drawSize({ random }: World, main: number): number {
  const factor = main < 3 ? 250 : main < 20 ? 60 : main < 60 ? 12 : main < 1000 ? 2 : 1
  return 1 + Math.min(3000, Math.floor(random.pareto(0.9) * factor))
}

/** Usually one trigger, sometimes more than a hundred. */
export function drawTriggers(world: World, main: number, release: number, fraction: number): string {
  const { random } = world
  const drawn = random.next()
  if (drawn < 0.035) return 'migration-reference/0'
  const more =
    drawn < 0.7
      ? 0
      : drawn < 0.985
        ? 1 + random.below(4)
        : drawn < 0.997
          ? 5 + random.below(25)
          : 50 + random.below(80)
  const sources = new Set([main, ...Array.from({ length: more }, () => world.drawTrigger())])
  return [...sources].map(one => `${world.names[one]}/${world.versionAt(one, release, fraction)}`).join(' ')
}

export function drawSeconds(world: World, target: number, arch: number): number {
  const slower = SLOWER[world.arches[arch] as string] ?? 1
  const seconds = Math.floor(12 + world.secondsOf(target) * slower * Math.exp(world.random.gauss(0, 0.55)))
  return seconds > 36_000 ? 36_000 + (seconds % 97) : seconds
}

let day = -1
let dayText = ''

/** `20260902_101112_abcde@`; the date is computed once a day. */
export function runId(time: number, digits: number): string {
  const thisDay = Math.floor(time / DAY)
  if (thisDay !== day) {
    day = thisDay
    dayText = new Date(thisDay * DAY * 1000).toISOString().slice(0, 10).replaceAll('-', '')
  }
  const seconds = time % DAY
  const clock = Math.floor(seconds / 3600) * 10_000 + (Math.floor(seconds / 60) % 60) * 100 + (seconds % 60)
  return `${dayText}_${String(clock).padStart(6, '0')}_${digits.toString(16).padStart(5, '0')}@`
}
