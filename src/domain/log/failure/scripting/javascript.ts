import { kindOfError, kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

const ERROR = /^\s*(?:Uncaught )?(?:[A-Z]\w*)?(?:Error|Exception|AggregateError)(?: \[\w+\])?: \S/
const kindOfThrown = (text: string) =>
  /Assertion/.test(text) ? 'assertion' : /^\s*Error: /.test(text) ? kindOfError(text) : kindOfException(text)

/** jest and vitest: `● suite › test`, the message below it. */
const jest: BlockRule = firstLineAfter({
  starts: ['●'],
  opens: /^\s*● (.+)$/,
  unless: /^\s*● Console$/,
  skip: /^\s*(?:at |console\.)/,
  kind: text => kindOfMessage(text, 'assertion'),
  strength: 'detail',
  header: 'failure',
  named: true,
})

export const javascript: Rules = [
  jest,
  {
    words: ['error: ', 'error ['],
    is: ERROR,
    unless: /^\s*(?:at|in) /,
    kind: kindOfThrown,
    strength: 'detail',
  },
  // deno
  {
    starts: ['error: '],
    is: /^error: (?:Uncaught )?(?:\(in promise\) )?[A-Z]\w*(?:Error|Exception): \S/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['err_module_not_found', 'module_not_found', 'cannot find module'],
    is: /Cannot find (?:module|package) '/,
    kind: 'missing-file',
    strength: 'cause',
  },
  // node:test, its spec reporter
  firstLineAfter({
    words: ['failing tests:'],
    opens: /^✖ failing tests:/,
    skip: /^(?:test at |✖ )/,
    kind: kindOfThrown,
    strength: 'detail',
  }),
  {
    starts: ['✖ ', '✗ ', '× ', '✘ ', '✕ '],
    is: /^\s*[✖✗×✘✕] \S/,
    unless: /failing tests:|problems? \(|\b0 errors\b/,
    kind: 'assertion',
    strength: 'failure',
  },
  // vitest
  {
    starts: ['fail  '],
    is: /^\s*FAIL {1,3}\S+(?:\.[cm]?[jt]sx?|\s>)/,
    kind: 'assertion',
    strength: 'failure',
  },
  // mocha: `  1) suite`, `       test:`, and the message
  firstLineAfter({
    words: [' failing'],
    opens: /^\s+\d+ failing$/,
    skip: /^\s+(?!\s)(?:\d+\) |.{1,300}:$|(?!.{0,300}Error)[A-Za-z#.][\w #.,'-]{0,300}$)/,
    within: 14,
    kind: kindOfThrown,
    strength: 'detail',
  }),
  // jasmine: `1) suite test`, `  Message:`, the message
  firstLineAfter({
    starts: ['message:'],
    opens: /^\s+Message:$/,
    within: 2,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
    named: /^\d+\) (.+)$/,
  }),
  // ava: the difference of the values, below the line of the source
  firstLineAfter({
    starts: ['difference'],
    opens: /^\s+Difference(?: \(- actual, \+ expected\))?:$/,
    take: /^\s+[-+] \S/,
    within: 8,
    kind: 'assertion',
    strength: 'detail',
  }),
  // eslint, tsc
  {
    words: ['error ts', ' error  '],
    is: /: error TS\d+: |^\s+\d+:\d+\s+error\s/,
    kind: 'compile',
    strength: 'detail',
  },
  {
    starts: ['npm err!', 'npm error'],
    is: /^npm (?:ERR!|error) (?:code |Missing script|\d{3} )/,
    kind: kindOfException,
    strength: 'error',
  },
  { starts: ['node:internal'], is: /^node:internal\/\S+:\d+$/, kind: 'exception', strength: 'hint' },
  { words: ['heap out of memory'], is: /JavaScript heap out of memory/, kind: 'crash', strength: 'cause' },
]
