import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

/** CTest: `1/3 Test #1: name ...***Failed`. With --output-on-failure, the test's output follows below. */
const failed: BlockRule = {
  words: ['***failed', '***exception', '***timeout', '***not run'],
  opens: /^\s*\d+\/\d+ Test +#\d+: (\S+) .*\*\*\*(Failed|Exception|Timeout|Not Run)/,
  follow(opening, match, _before, found) {
    const kind = match[2] === 'Timeout' ? 'timeout' : match[2] === 'Exception' ? 'crash' : 'assertion'
    found({ ...opening, text: opening.text.trim(), kind, strength: 'failure' })
    return undefined
  },
}

export const cmake: Rules = [
  failed,
  firstLineAfter({
    starts: ['cmake error'],
    opens: /^CMake Error(?: (?:at|in) \S{1,300}(?: \(\w{1,60}\))?)?:$/,
    within: 3,
    kind: 'dependency',
    strength: 'detail',
    header: 'failure',
  }),
  {
    starts: ['cmake error'],
    is: /^CMake Error(?: at \S+ \(\S+\))?: \S/,
    kind: 'dependency',
    strength: 'detail',
  },
  {
    words: ['unable to find executable', 'could not find executable'],
    is: /^(?:Unable to|Could not) find executable/,
    kind: 'missing-file',
    strength: 'detail',
  },
  {
    words: [
      'the following tests failed',
      'configuring incomplete',
      'errors while running ctest',
      '% tests passed',
    ],
    is: /^The following tests FAILED|^-- Configuring incomplete|^Errors while running CTest|tests passed, [1-9]\d* tests? failed/,
    kind: 'other',
    strength: 'result',
  },
]
