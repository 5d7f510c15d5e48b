import type { Run } from '../../src/domain/run/run.ts'
import { type Random, seededRandom, seedOf } from '../../src/sample/random.ts'

/** The line that tells why a test failed. The parts that vary between real runs vary here too. */
export function drawReason(name: string, test: string, sources: readonly string[], random: Random): string {
  const drawn = random.next()
  if (drawn < 0.6 || (drawn < 0.88 && sources.length === 0)) return ofPackage(name, test, random)
  if (drawn < 0.88) return ofTrigger(random.pick(sources), random)
  if (drawn < 0.97) return random.pick(OF_ALL)(random)
  return `fatal: ${name}: state ${words(random, 3)} in ${words(random, 2)} is not ${words(random, 2)}`
}

/** What autopkgtest prints where no test was run. */
export function drawRunError({ exitcode, package: name }: Run, random: Random): string {
  if (exitcode === 12)
    return `The following packages have unmet dependencies: lib${name}-dev : Depends: ${words(random, 1)}-dev (>= ${random.below(9)}.${random.below(40)})`
  if (exitcode === 16)
    return `autopkgtest [10:${random.below(50) + 10}:00]: ERROR: testbed failure: testbed auxverb failed with exit code ${random.pick([255, 1])}`
  return `autopkgtest: error: unexpected status ${random.below(1000)} of the testbed at 0x${random.below(2 ** 32).toString(16)}`
}

/** Each package has one usual way of failing, and some others; they are the same on every arch. */
function ofPackage(name: string, test: string, random: Random): string {
  const ways = 1 + (seedOf(name) % 4)
  const way = random.chance(0.7) ? 0 : random.below(ways)
  // The way of failing does not depend on the run; its numbers do
  const fixed = seededRandom(seedOf(`${name} ${test} ${way}`))
  const module = name.replaceAll('-', '_')
  const word = words(fixed, 1)
  return fixed.pick([
    `E       AssertionError: assert ${module}.${word}() == ${random.below(90)}`,
    `${name}-test: ${word}.c:${100 + fixed.below(900)}: ${module}_${words(fixed, 1)}: Assertion \`${word} != NULL' failed.`,
    `not ok ${random.below(200)} - ${words(fixed, 3)}`,
    `--- FAIL: Test_${module}_${word} (${random.below(9)}.${random.below(90) + 10}s)`,
    `${name}: error: cannot open /tmp/tmp.${random.below(2 ** 30).toString(36)}/${word}.conf: No such file or directory`,
    `thread 'tests::${word}' panicked at src/${words(fixed, 1)}.rs:${fixed.below(900)}: ${words(fixed, 4)}`,
  ])
}

/** One of three things that uploads of a source break, for all its users. */
function ofTrigger(source: string, random: Random): string {
  const fixed = seededRandom(seedOf(`${source} ${random.below(3)}`))
  const library = source.replace(/^lib/, '').replaceAll('-', '_')
  return fixed.pick([
    `ImportError: cannot import name '${words(fixed, 1)}' from '${library}' (/usr/lib/python3/dist-packages/${library}/__init__.py)`,
    `/usr/bin/ld: cannot find -l${library}: No such file or directory`,
    `undefined symbol: ${library}_${words(fixed, 1)}_v${fixed.below(9)}`,
    `fatal error: ${library}/${words(fixed, 1)}.h: No such file or directory`,
  ])
}

const OF_ALL: readonly ((random: Random) => string)[] = [
  random => `connect to 10.${random.below(250)}.0.${random.below(250)} port 443 failed: Connection timed out`,
  () => 'curl: (6) Could not resolve host: pypi.org',
  () => 'OSError: [Errno 28] No space left on device',
  random =>
    `autopkgtest [10:00:00]: ERROR: timed out on command "su -s /bin/bash ubuntu -c set -e; ${random.below(999)}"`,
  random => `Killed process ${1000 + random.below(90_000)} (cc1plus) total-vm:${random.below(9_000_000)}kB`,
  random =>
    `/tmp/autopkgtest.${random.below(99_999)}/wrapper.sh: line ${random.below(300)}: Segmentation fault (core dumped)`,
  () => 'Failed to connect to bus: No such file or directory',
  () => 'E: Unable to correct problems, you have held broken packages.',
]

const SYLLABLES = [
  'ba',
  'cor',
  'del',
  'fin',
  'gra',
  'hul',
  'jo',
  'ken',
  'lum',
  'mar',
  'nos',
  'pel',
  'qui',
  'rad',
  'sto',
  'tev',
]

const words = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick(SYLLABLES) + random.pick(SYLLABLES)).join(' ')
