import { HEROES, type MadePackage, NEWEST, secondsOn } from './cast.ts'
import {
  buildError,
  busError,
  lostNetwork,
  type MadeUpFailure,
  missingSymbol,
  timedOut,
  usualFailure,
} from './made-up-failures.ts'
import { type Random, seededRandom, seedOf } from './random.ts'
import { ARMHF_BROKEN, BREAKING, BUILD_BROKEN, BUILD_MENDED, DAY_MS } from './uploads.ts'

/** A run to be made, and when it begins. */
export interface MadeRequest {
  readonly package: string
  readonly release: string
  readonly arch: string
  readonly triggers: readonly string[]
  /** Milliseconds from the creation of the world. */
  readonly at: number
  readonly requester?: string | undefined
  readonly allProposed?: boolean
  readonly testname?: string | undefined
}

/** The result of one test of a run. */
export interface MadeTest {
  readonly name: string
  /** As autopkgtest prints it: `PASS`, `FAIL non-zero exit status 1`, … */
  readonly result: string
  readonly lines: readonly string[]
}

/** How a made-up run ends. */
export interface MadeUpOutcome {
  readonly exitcode: number
  readonly seconds: number
  readonly version: string
  readonly tests: readonly MadeTest[]
  /** What autopkgtest prints if the tests could not be run to their end. */
  readonly trouble?: string | undefined
}

const BROKEN_ARCHES = ['amd64', 'arm64', 'ppc64el', 'riscv64']
const TEST_TIMEOUT_S = 10_000
/** For a day the testbeds of one architecture could not be started. */
const NO_TESTBEDS = { arch: 'riscv64', from: -12 * DAY_MS, to: -11.2 * DAY_MS }

const TESTBED_TROUBLE =
  "ERROR: testbed failure: sent `copyup /tmp/autopkgtest/artifacts/ /tmp/out/', got `timeout', expected `ok...'"

/** Whether a run is one of those that the upload of the library broke. */
function isBroken(request: MadeRequest, broken: readonly string[]): boolean {
  return (
    request.release === BREAKING.release &&
    request.triggers.includes(`${BREAKING.source}/${BREAKING.version}`) &&
    broken.includes(request.package) &&
    BROKEN_ARCHES.includes(request.arch)
  )
}

/** The failure that a story has for this run; undefined: it ends like most runs. */
function toldFailure(
  request: MadeRequest,
  broken: readonly string[],
  random: Random,
): MadeUpFailure | undefined {
  const { package: name, release, arch, at } = request
  const isNewest = release === NEWEST
  if (isBroken(request, broken)) return missingSymbol(random)
  if (name === HEROES.flaky && isNewest && random.chance(0.4)) return lostNetwork(random)
  if (name === HEROES.armhf && isNewest && arch === 'armhf' && at >= ARMHF_BROKEN.at) return busError(random)
  if (name === HEROES.mended && isNewest && at >= BUILD_BROKEN.at && at < BUILD_MENDED.at)
    return buildError(random)
  if (name === HEROES.neverPassed) return usualFailure('shell', random, name, 'smoke')
  return undefined
}

/** A slow test that gets slower, until it exceeds its time limit. */
function glacierSeconds(request: MadeRequest, usual: number): number {
  const grown = request.release === NEWEST ? Math.max(0, 1 + request.at / (90 * DAY_MS)) : 0
  return Math.round(usual * (1 + 2.6 * grown ** 3))
}

const PASSED: Readonly<Record<MadePackage['language'], readonly string[]>> = {
  python: ['============================= test session starts ==============================', '48 passed'],
  c: ['gcc -O2 -o check check.c', './check', 'all checks passed'],
  shell: ['+ set -e', '+ run-checks', 'ok'],
  perl: ['t/00-load.t ....... ok', 't/10-use.t ........ ok', 'All tests successful.'],
  go: ['=== RUN   TestAll', '--- PASS: TestAll (0.02s)', 'PASS'],
  javascript: ['  12 passing (84ms)'],
}

/** The exit code of autopkgtest for these results. */
export function exitcodeOf(tests: readonly MadeTest[]): number {
  const has = (word: string) => tests.some(({ result }) => result.startsWith(word))
  const isSkipped = has('SKIP') || has('FLAKY')
  if (has('FAIL')) return isSkipped ? 6 : 4
  return isSkipped ? 2 : 0
}

/** The tests of almanac: some are never run, one does not count, one fails now and then. */
function almanacTest(name: string, random: Random): Pick<MadeTest, 'result'> | undefined {
  if (name === 'network-time') return { result: 'SKIP Test requires the network' }
  if (name === 'locale-ja' && random.chance(0.5)) return { result: 'FLAKY non-zero exit status 1' }
  return undefined
}

/**
 * How a run ends, according to its package's story. The same for the same request, and defined for any package.
 * @param version the version that is tested
 * @param broken the packages that the upload of the library breaks
 */
export function storyOutcome(
  made: MadePackage,
  request: MadeRequest,
  version: string,
  broken: readonly string[],
): MadeUpOutcome {
  const { package: name, release, arch, triggers, at } = request
  const random = seededRandom(seedOf([name, release, arch, at, ...triggers].join(' ')))
  const isBreaking = triggers.includes(`${BREAKING.source}/${BREAKING.version}`)
  const usual = secondsOn(made, arch, random)
  const hasNoTestbed =
    arch === NO_TESTBEDS.arch && at >= NO_TESTBEDS.from && at < NO_TESTBEDS.to && random.chance(0.7)
  if (hasNoTestbed || random.chance(isBreaking ? 0 : 0.006)) {
    const seconds = Math.round(usual / 3)
    return { exitcode: 16, seconds, version, tests: [], trouble: TESTBED_TROUBLE }
  }
  const seconds = name === HEROES.slow ? glacierSeconds(request, usual) : usual
  const isTimedOut = seconds > TEST_TIMEOUT_S
  const told = isTimedOut ? timedOut() : toldFailure(request, broken, random)
  const usualChance =
    isBreaking || triggers.includes('migration-reference/0') ? 0 : name === HEROES.subtests ? 0.15 : 0.015
  const failure =
    told ??
    (random.chance(usualChance)
      ? usualFailure(made.language, random, name, made.tests[0] as string)
      : undefined)
  const failing = random.below(told === undefined ? made.tests.length : 1)
  const tests = made.tests.map((test, place) => {
    if (failure !== undefined && place === failing)
      return { name: test, result: failure.result, lines: failure.lines }
    const other = name === HEROES.subtests ? almanacTest(test, random) : undefined
    if (other !== undefined) return { name: test, lines: [], ...other }
    const result = name === HEROES.superficial ? 'PASS (superficial)' : 'PASS'
    return { name: test, result, lines: PASSED[made.language] }
  })
  const isSuperficial = name === HEROES.superficial && failure === undefined
  return {
    exitcode: isSuperficial ? 8 : exitcodeOf(tests),
    seconds: isTimedOut ? TEST_TIMEOUT_S + 90 : seconds,
    version,
    tests,
  }
}
