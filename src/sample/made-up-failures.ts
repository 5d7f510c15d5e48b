import type { Language } from './cast.ts'
import type { Random } from './random.ts'

/** Why a test of a made-up run failed: the test's output, and autopkgtest's verdict. */
export interface MadeUpFailure {
  readonly lines: readonly string[]
  /** The text after the test's name in the results. */
  readonly result: string
}

const EXITED = 'FAIL non-zero exit status 1'

/** How a test fails now and then, by its language; names and numbers vary, as in real failures. */
const USUAL: Readonly<Record<Language, (random: Random, name: string, test: string) => MadeUpFailure>> = {
  python: (random, name, test) => {
    const module = name.replaceAll('-', '_')
    const line = 20 + random.below(200)
    const [got, wanted] = [random.below(90), random.below(90)]
    return {
      lines: [
        '============================= test session starts ==============================',
        `collected ${40 + random.below(60)} items`,
        `tests/test_${module}.py ......F.....                                      [100%]`,
        '=================================== FAILURES ===================================',
        `_______________________________ test_${test.replaceAll('-', '_')} _______________________________`,
        `    def test_${test.replaceAll('-', '_')}():`,
        `>       assert ${module}.count() == ${wanted}`,
        `E       AssertionError: assert ${got} == ${wanted}`,
        `tests/test_${module}.py:${line}: AssertionError`,
        '=========================== short test summary info ============================',
        `FAILED tests/test_${module}.py::test_${test.replaceAll('-', '_')} - AssertionError: assert ${got} == ${wanted}`,
      ],
      result: EXITED,
    }
  },
  c: (random, name) => ({
    lines: [
      `make: Entering directory '/tmp/autopkgtest.${random.below(900)}/build.x1/src'`,
      `${name}-test: ${name}.c:${100 + random.below(500)}: open_all: Assertion \`handle != NULL' failed.`,
      'Aborted (core dumped)',
      `make: *** [Makefile:${20 + random.below(40)}: check] Error 134`,
    ],
    result: 'FAIL non-zero exit status 2',
  }),
  shell: (random, name) => ({
    lines: [
      `+ ${name} --version`,
      `+ ${name} --check /tmp/tmp.${random.below(99_999)}/input`,
      `${name}: error: cannot open /usr/share/${name}/defaults.conf: No such file or directory`,
    ],
    result: EXITED,
  }),
  perl: (random, name, test) => ({
    lines: [
      't/00-load.t ....... ok',
      `#   Failed test '${test} gives what was put in'`,
      `#   at t/10-${test}.t line ${10 + random.below(90)}.`,
      `#          got: '${random.below(100)}'`,
      "#     expected: '42'",
      `t/10-${test}.t ...... Failed 1/${3 + random.below(20)} subtests`,
      `Result: FAIL (${name})`,
    ],
    result: EXITED,
  }),
  go: (random, name, test) => ({
    lines: [
      `=== RUN   Test_${test.replaceAll('-', '_')}`,
      `    ${name.split('-').at(-1)}_test.go:${20 + random.below(200)}: unexpected result: got ${random.below(50)}, want 7`,
      `--- FAIL: Test_${test.replaceAll('-', '_')} (0.${10 + random.below(80)}s)`,
      'FAIL',
    ],
    result: EXITED,
  }),
  javascript: (random, name, test) => ({
    lines: [
      `  ${name}`,
      `    1) ${test} resolves`,
      '  1 failing',
      `  1) ${name} ${test} resolves:`,
      `     TypeError: Cannot read properties of undefined (reading 'length')`,
      `      at Context.<anonymous> (test/index.js:${10 + random.below(90)}:14)`,
    ],
    result: EXITED,
  }),
}

export function usualFailure(language: Language, random: Random, name: string, test: string): MadeUpFailure {
  return USUAL[language](random, name, test)
}

/** The library's new version has lost a symbol: all its users fail with the same line. */
export function missingSymbol(random: Random): MadeUpFailure {
  return {
    lines: [
      'Traceback (most recent call last):',
      `  File "/tmp/autopkgtest.${random.below(900)}/build/src/tests/run.py", line ${3 + random.below(20)}, in <module>`,
      '    import harbour',
      'ImportError: /usr/lib/libharbour.so.4: undefined symbol: harbour_open_v2',
    ],
    result: EXITED,
  }
}

/** The behaviour of a network that is down. */
export function lostNetwork(random: Random): MadeUpFailure {
  return {
    lines: [
      `connecting to 127.0.0.1:${40_000 + random.below(9000)}`,
      'Traceback (most recent call last):',
      `  File "/usr/lib/python3/dist-packages/lantern/client.py", line ${80 + random.below(5)}, in connect`,
      'ConnectionResetError: [Errno 104] Connection reset by peer',
    ],
    result: EXITED,
  }
}

export function busError(random: Random): MadeUpFailure {
  return {
    lines: [
      '+ quern --grind 1M /dev/zero',
      `/tmp/autopkgtest.${random.below(900)}/build/src/debian/tests/smoke: line 14: ${1000 + random.below(8000)} Bus error               (core dumped) quern --grind 1M /dev/zero`,
    ],
    result: 'FAIL non-zero exit status 135',
  }
}

export function buildError(random: Random): MadeUpFailure {
  return {
    lines: [
      'gcc -O2 -Wall -c -o spout.o src/spout.c',
      `src/spout.c:${200 + random.below(3)}:9: error: implicit declaration of function 'kettle_boil' [-Wimplicit-function-declaration]`,
      'make: *** [Makefile:31: spout.o] Error 1',
    ],
    result: 'FAIL non-zero exit status 2',
  }
}

export function timedOut(): MadeUpFailure {
  return { lines: ['advancing 1 mm …', 'advancing 1 mm …'], result: 'FAIL timed out' }
}
