import { nicknames, packageNames } from '../../src/sample/made-up-names.ts'
import { type Random, seededRandom, weighted } from '../../src/sample/random.ts'

export interface WorldOptions {
  readonly seed: number
  readonly packages: number
  readonly releases: readonly string[]
  readonly arches: readonly string[]
}

/** The packages and their properties: the same for results, queues and running tests of one seed. */
export interface World extends WorldOptions {
  readonly random: Random
  readonly names: readonly string[]
  /** The busiest first. */
  readonly people: readonly string[]
  /** A package whose upload triggers tests of others: very often for the hot ones. */
  drawTrigger(): number
  /** A package that is tested: heavy-tailed, but no package gets all tests. */
  drawTarget(): number
  drawPerson(): string
  /** Indexes of the arches on which a package is tested. */
  archesOf(target: number): readonly number[]
  /** The mean duration of its runs on the quickest machine, in seconds. */
  secondsOf(target: number): number
  drawExitcode(target: number): number
  /** The version that a package has in a release when `fraction` of the time has passed. */
  versionAt(target: number, release: number, fraction: number): string
  /** A release that is open at that time: the newest gets half of the runs. */
  drawRelease(fraction: number): number
}

const EXITCODES = [0, 2, 8, 4, 6, 12, 14, 16, 20, 99] as const
/** Kinds of packages: their share, and how often each of the codes above occurs. */
const KINDS: readonly (readonly [share: number, weights: readonly number[]])[] = [
  [55, [880, 40, 5, 30, 4, 8, 2, 14, 14, 3]], // sound
  [20, [700, 60, 10, 150, 10, 20, 6, 24, 18, 2]], // fails now and then
  [8, [30, 700, 20, 120, 60, 20, 20, 20, 10, 0]], // skips tests
  [8, [5, 10, 930, 10, 0, 10, 0, 25, 10, 0]], // has only superficial tests
  [7, [120, 20, 5, 700, 40, 60, 20, 15, 20, 0]], // broken
  [2, [20, 0, 0, 60, 0, 20, 0, 30, 20, 850]], // never run
]

export function makeWorld(options: WorldOptions): World {
  const { seed, packages, releases, arches } = options
  const random = seededRandom(seed)
  const names = packageNames(random, packages)
  const people = nicknames(random, 150)
  const places = [...names.keys()]
  const drawPerson = weighted(
    random,
    people.map((_, place) => 1 / (place + 1) ** 1.1),
  )
  const drawKind = weighted(
    random,
    KINDS.map(([share]) => share),
  )
  const kinds = places.map(drawKind)
  const drawCode = KINDS.map(([, weights]) => weighted(random, weights))
  const seconds = places.map(() => Math.exp(random.gauss(5.4, 1.1)))
  const arched = places.map(place => drawArches(random, arches, place))
  const changes = places.map(place => 1 + Math.min(15, Math.floor(random.exponential(place < 300 ? 6 : 1.6))))
  const upstream = places.map(() => `${random.below(9)}.${random.below(30)}.${random.below(12)}`)

  return {
    ...options,
    random,
    names,
    people,
    drawTrigger: weighted(
      random,
      places.map(place => 1 / (place + 4) ** 0.9),
    ),
    drawTarget: weighted(
      random,
      places.map(place => 1 / (place + 12) ** 0.85),
    ),
    drawPerson: () => people[drawPerson()] as string,
    archesOf: target => arched[target] as number[],
    secondsOf: target => seconds[target] as number,
    drawExitcode: target => EXITCODES[(drawCode[kinds[target] as number] as () => number)()] as number,
    versionAt(target, release, fraction) {
      const count = changes[target] as number
      const change = Math.min(count - 1, Math.floor(fraction * count))
      return release === releases.length - 1
        ? `${upstream[target]}-${1 + change}`
        : `${upstream[target]}-1ubuntu${release}.${change}`
    },
    drawRelease(fraction) {
      const open = 1 + Math.min(releases.length - 1, Math.floor(1 + fraction * (releases.length - 1)))
      return open > 1 && random.chance(0.5) ? random.below(open - 1) : open - 1
    },
  }
}

/** Most packages are tested everywhere except on i386, some everywhere, some in few places. */
function drawArches(random: Random, arches: readonly string[], place: number): number[] {
  const all = [...arches.keys()]
  const without = all.filter(arch => arches[arch] !== 'i386')
  const drawn = random.next()
  if (place < 60 || drawn < 0.22) return all
  if (drawn < 0.82) return without
  if (drawn < 0.9) return without.filter((_, index) => index === 0 || random.chance(0.6))
  return all.slice(0, 1)
}
