import { firstLineAfter, type Rules } from '../rule.ts'

export const automake: Rules = [
  {
    starts: ['fail: ', 'xpass: ', 'error: '],
    is: /^(?:FAIL|XPASS|ERROR): \S+(?: \d+)?(?: - .*)?$/,
    unless: /^\w+: \d+$/,
    kind: 'assertion',
    strength: 'failure',
  },
  firstLineAfter({
    starts: ['fail: '],
    opens: /^FAIL: (\S+)$/,
    take: /^=+$/,
    kind: 'other',
    strength: 'last',
  }),
  {
    words: ['# fail:', '# error:', 'see ./test-suite.log', 'please report to'],
    is: /^# (?:FAIL|ERROR|XPASS): +[1-9]|^See \S*test-suite\.log/,
    kind: 'other',
    strength: 'result',
  },
  // autoconf, autotest
  { starts: ['configure: error:'], is: /^configure: error: /, kind: 'dependency', strength: 'detail' },
  { words: ['failed ('], is: /^\s*\d+: .*\bFAILED \(\S+:\d+\)$/, kind: 'assertion', strength: 'failure' },
  {
    words: [
      'package requirements (',
      "', required by",
      'was not found in the pkg-config search path',
      'no package ',
    ],
    is: /^Package requirements \(|^No package '|^Package '?[^']+'?, required by|^Package \S+ was not found in the pkg-config/,
    kind: 'dependency',
    strength: 'detail',
  },
]
