import { kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

/** Test frameworks of C and C++. */
export const nativeTests: Rules = [
  // GoogleTest: `x_test.cc:12: Failure`, the message
  firstLineAfter({
    words: [': failure', ': error: failure'],
    opens: /^(\S+):\d+: Failure$/,
    within: 3,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: /^\[ RUN {6}\] (\S+)/,
  }),
  {
    starts: ['[  failed  ]'],
    is: /^\[ {2}FAILED {2}\] \w+(?:[./]\w+)+/,
    kind: 'assertion',
    strength: 'failure',
  },
  {
    words: ['c++ exception with description', 'unknown file: failure'],
    is: /^C\+\+ exception with description "/,
    kind: 'exception',
    strength: 'detail',
  },
  // Catch2 and doctest: `x.cpp:12: FAILED:`, the expression
  firstLineAfter({
    words: [': failed:', ': error: check', ': error: require'],
    opens: /^(\S+):\d+: (?:FAILED:|ERROR: (?:CHECK|REQUIRE)\w*\(.*)$/,
    within: 3,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  firstLineAfter({
    words: ['with expansion:', 'values:'],
    opens: /^(?:with expansion|\s+values):/,
    within: 2,
    kind: kindOfFailure,
    strength: 'failure',
  }),
  // Boost.Test
  {
    words: ['error: in "'],
    is: /^\S+\(\d+\): (?:fatal )?error: in "/,
    kind: 'assertion',
    strength: 'detail',
  },
  // Qt Test
  {
    starts: ['fail!  :', 'qfatal', 'xpass  :'],
    is: /^(?:FAIL!|XPASS|QFATAL) {1,3}: /,
    kind: 'assertion',
    strength: 'detail',
  },
  // CppUnit
  {
    words: ['assertion failed', 'equality assertion'],
    is: /^(?:equality )?assertion failed$|^- Expression: /,
    kind: 'assertion',
    strength: 'failure',
  },
  firstLineAfter({
    words: ['test: '],
    opens: /^\d+\) test: (\S+) \([FE]\)/,
    within: 2,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // check: `x.c:12:F:core:test_x:0: Assertion 'x' failed`
  {
    words: ['.cc:', '.cpp:', ':f:core', 'assertion', 'failure'],
    is: /^\S+\.c(?:c|pp|xx)?:\d+:[FE]:\S/,
    kind: 'assertion',
    strength: 'detail',
  },
  // GLib
  {
    words: ['assertion failed', 'should be equal', 'should be unequal', 'should not be reached'],
    is: /^(?:not ok .* - )?(?:\*\* |# |Bail out! )?(?:\S+-)?ERROR:\S+:\d+:\w*: /,
    kind: 'assertion',
    strength: 'cause',
  },
  // cmocka, Unity, minunit
  { starts: ['[  error   ]'], is: /^\[ {2}ERROR {3}\] --- \S/, kind: 'assertion', strength: 'detail' },
  { words: [':fail:'], is: /^\S+:\d+:\w+:FAIL:? /, kind: 'assertion', strength: 'detail' },
  // assert(3), and C++ exceptions
  {
    words: ['assertion `', "assertion '", 'assertion ‘', 'assertion "', 'assertion failed'],
    is: /[Aa]ssertion (?:[`'‘"].{1,300}['’"] |\(.{1,300}\) )?failed/,
    unless: /^\s*\d+ /,
    kind: 'assertion',
    strength: 'detail',
  },
  {
    words: ['terminate called'],
    is: /^(?:terminate called|libc\+\+abi: terminating)/,
    kind: 'crash',
    strength: 'failure',
  },
  {
    words: ['what():'],
    is: /^\s*what\(\): /,
    kind: text => kindOfMessage(text, 'crash'),
    strength: 'detail',
  },
]
