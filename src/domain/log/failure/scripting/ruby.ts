import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

export const ruby: Rules = [
  // RSpec
  firstLineAfter({
    words: ['failure/error:'],
    opens: /^\s*Failure\/Error: (.*)$/,
    skip: /^\s*(?:#|\^|# \.\/)|^\s*[a-z_]\w*[ .(].*(?:do|end|\))$/,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
    within: 8,
  }),
  { starts: ['rspec ./'], is: /^rspec \.\/\S+ # /, kind: 'assertion', strength: 'failure' },
  {
    words: [
      'an error occurred while loading',
      'errors occurred outside of examples',
      'error occurred outside of examples',
    ],
    is: /^An error occurred (?:while loading|in an? )/,
    kind: 'exception',
    strength: 'failure',
  },
  // minitest: `  1) Failure:`, `TestX#test_y [file:3]:`, the message
  firstLineAfter({
    words: [') failure:', ') error:'],
    opens: /^\s*\d+\) (?:Failure|Error):$/,
    skip: /^[^\s#]+#\S.*:$/,
    within: 6,
    kind: kindOfFailure,
    strength: 'detail',
  }),
  firstLineAfter({
    starts: ['failure:', 'error:'],
    opens: /^(?:Failure|Error):$/,
    skip: /^[^\s#]+#\S.*:$/,
    within: 6,
    kind: kindOfFailure,
    strength: 'detail',
  }),
  // test-unit: `Failure: test_x(TestY): message` or the message below
  firstLineAfter({
    starts: ['failure: ', 'error: '],
    opens: /^(?:Failure|Error): (test[^(]{0,200}\(\S+\))/,
    skip: /^(?:\S+\.rb:\d+|\s+\d+: |\s*=>)/,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    words: ['error)', 'exception)', 'interrupt)'],
    is: /^\S+:\d+:in [`'][^`']+[`']: .*\((?:\w+::)*[A-Z]\w*\)$/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['cannot load such file', 'could not find gem', "could not find '"],
    is: /cannot load such file -- |Could not find (?:gem |')/,
    kind: 'missing-file',
    strength: 'cause',
  },
  {
    words: ['error:', 'exception:'],
    is: /^(?:[A-Z]\w*::){1,8}[A-Z]\w*(?:Error|Exception)?: \S|^(?:NoMethod|Argument|Name|Type|Load|Runtime|ZeroDivision|Frozen|Key|Index|IO|EOF)Error: \S/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['rake aborted!', 'command failed with status'],
    is: /^rake aborted!|^Command failed with status|^ERROR: Test "\S+" failed/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: [' failures,', ' examples,'],
    is: /^\d+ (?:runs|tests|examples), .*\b[1-9]\d* (?:failures?|errors?)/,
    kind: 'other',
    strength: 'result',
  },
  // cucumber
  firstLineAfter({
    words: ['failing scenarios:', '(::) failed steps (::)'],
    opens: /^(?:Failing Scenarios|\(::\) failed steps \(::\))/i,
    kind: 'assertion',
    strength: 'failure',
  }),
]
