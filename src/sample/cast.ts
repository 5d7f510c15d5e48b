import { nicknames, packageNames } from './made-up-names.ts'
import { type Random, seededRandom, seedOf } from './random.ts'

/** Oldest first. */
export const RELEASES = ['bookworm', 'trixie', 'forky'] as const
export const ARCHES = ['amd64', 'arm64', 'armhf', 'ppc64el', 'riscv64', 's390x'] as const
export const NEWEST = 'forky'
const PACKAGES = 300

/** How many tests run at once on each architecture. */
export const WORKERS: Readonly<Record<string, number>> = {
  amd64: 3,
  arm64: 3,
  armhf: 1,
  ppc64el: 2,
  riscv64: 2,
  s390x: 2,
}
/** How much longer a test takes there than on amd64. */
const SLOWNESS: Readonly<Record<string, number>> = {
  amd64: 1,
  arm64: 1.1,
  armhf: 1.9,
  ppc64el: 1.2,
  riscv64: 2.6,
  s390x: 1,
}

/** The packages that a story is about; see stories.ts. */
export const HEROES = {
  library: 'libharbour',
  flaky: 'lantern',
  armhf: 'quern',
  slow: 'glacier',
  mended: 'kettle',
  subtests: 'almanac',
  stuck: 'tidewheel',
  neverPassed: 'oldmill',
  superficial: 'marrow',
  rebuilt: 'libtide',
} as const

const isHero = (name: string): boolean => (Object.values(HEROES) as string[]).includes(name)

/** The language of a package's tests: it decides how they fail. */
export type Language = 'python' | 'c' | 'shell' | 'perl' | 'go' | 'javascript'

/** An invented source package. */
export interface MadePackage {
  readonly name: string
  readonly language: Language
  readonly tests: readonly string[]
  /** The usual duration of its tests on amd64, in seconds. */
  readonly seconds: number
  /** Its tests are run again when one of these packages is uploaded. */
  readonly dependsOn: readonly string[]
  /** Of its upstream version. */
  readonly upstream: readonly [number, number]
}

const LANGUAGES: readonly Language[] = ['python', 'c', 'shell', 'perl', 'go', 'javascript']
const TESTS = [
  'smoke',
  'upstream-tests',
  'integration',
  'command-line',
  'build',
  'install',
  'library',
  'daemon',
  'import',
]
const ALMANAC = [
  ...['parse-dates', 'parse-durations', 'leap-years', 'leap-seconds', 'time-zones', 'moon-phases'],
  ...[
    'sunrise',
    'sunset',
    'tides',
    'eclipses',
    'calendars-gregorian',
    'calendars-julian',
    'calendars-hebrew',
  ],
  ...['calendars-islamic', 'locale-en', 'locale-fr', 'locale-ja', 'export-ical', 'import-ical', 'printing'],
  ...['database', 'network-time', 'daemon', 'upgrade'],
]
/**
 * The number of users of the library that fail when it has lost a symbol, on four architectures each: forty tests.
 */
const BROKEN_USERS = 10

/** The number of users of the library whose upload fills the queues. */
const REBUILT_USERS = 80

/** Packages that nearly everything is built with: an upload of these triggers many tests. */
export const LIBRARIES: readonly string[] = [
  ...[HEROES.library, HEROES.rebuilt, 'libgirder', 'libpebble', 'python-tinder', 'node-wicker', 'libsluice'],
  ...['golang-osier-loom', 'libbarley-perl', 'mooring', 'halyard', 'capstan', 'trestle', 'causeway'],
]

function languageOf(name: string, random: Random): Language {
  if (name.startsWith('python-')) return 'python'
  if (name.startsWith('golang-')) return 'go'
  if (name.startsWith('node-')) return 'javascript'
  if (name.endsWith('-perl')) return 'perl'
  return random.pick(LANGUAGES)
}

/** A package derived from its name alone: always the same, also for one that is not among the cast. */
export function madePackage(name: string): MadePackage {
  const random = seededRandom(seedOf(`package ${name}`))
  const libraries = LIBRARIES.filter(library => library !== name)
  const language = languageOf(name, random)
  const count = 1 + Math.floor(random.exponential(1.3))
  const tests = new Set(Array.from({ length: Math.min(6, count) }, () => random.pick(TESTS)))
  const dependsOn = new Set(Array.from({ length: 1 + random.below(2) }, () => random.pick(libraries)))
  return {
    name,
    language: name === HEROES.mended ? 'c' : language,
    tests: name === HEROES.subtests ? ALMANAC : [...tests],
    seconds: name === HEROES.slow ? 3000 : Math.round(Math.min(900, Math.exp(random.gauss(4.5, 0.7)))),
    dependsOn: [...dependsOn],
    upstream: [random.below(9), 1 + random.below(20)],
  }
}

export interface Cast {
  readonly packages: readonly MadePackage[]
  readonly byName: ReadonlyMap<string, MadePackage>
  /** The packages whose tests an upload of a source triggers, its own first. */
  readonly triggeredBy: ReadonlyMap<string, readonly string[]>
  /** The packages that a story's upload breaks. */
  readonly broken: readonly string[]
  /** People who ask for tests, the busiest first. */
  readonly people: readonly string[]
}

/** All packages and people of the made-up world; the same each time. */
export function makeCast(seed = 15): Cast {
  const random = seededRandom(seed)
  const first = [...new Set([...LIBRARIES, ...Object.values(HEROES)])]
  const names = packageNames(random, PACKAGES, first)
  const packages = names.map(madePackage)
  const triggeredBy = new Map<string, string[]>(names.map(name => [name, [name]]))
  for (const { name, dependsOn } of packages) {
    for (const library of dependsOn) triggeredBy.get(library)?.push(name)
  }
  const many = names.filter(name => name !== HEROES.rebuilt).slice(0, REBUILT_USERS)
  triggeredBy.set(HEROES.rebuilt, [HEROES.rebuilt, ...many])
  const byName = new Map(packages.map(one => [one.name, one]))
  const isEverywhere = (name: string) => archesOf(byName.get(name) as MadePackage, NEWEST) === ARCHES
  const users = (triggeredBy.get(HEROES.library) ?? []).filter(name => !isHero(name))
  return {
    packages,
    byName,
    triggeredBy,
    broken: users.filter(isEverywhere).slice(0, BROKEN_USERS),
    people: ['alice', ...nicknames(random, 12)],
  }
}

/**
 * Where a package is tested: most packages of the newest release everywhere, those of older releases on few
 * architectures.
 */
export function archesOf({ name }: MadePackage, release: string): readonly string[] {
  const drawn = seedOf(`arches ${name}`) % 12
  if (release === NEWEST) return isHero(name) || drawn < 5 ? ARCHES : ARCHES.slice(0, 2)
  if (release === 'trixie') return isHero(name) ? ARCHES : ARCHES.slice(0, drawn < 4 ? 2 : 1)
  return drawn % 3 === 0 ? ARCHES.slice(0, 1) : []
}

/** The duration of a package's run on an architecture, in seconds. */
export function secondsOn({ seconds }: MadePackage, arch: string, random: Random): number {
  return Math.max(8, Math.round(seconds * (SLOWNESS[arch] ?? 1) * Math.exp(random.gauss(0, 0.12))))
}
