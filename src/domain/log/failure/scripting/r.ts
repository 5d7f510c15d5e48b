import { kindOfError, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

export const r: Rules = [
  // testthat 3 (`── Failure ('test-x.R:3:3'): name ──`) and 2 (`── 1. Failure: name (@test.R#3)  ──`)
  firstLineAfter({
    words: ['failure (', 'failure: ', 'error (', 'error: '],
    opens: /^(?:── |-- )(?:\d+\. )?(?:Failure|Error)(?: \(.{1,200}\))?: (.{1,200}?)(?: ?[─-]{2,200})?$/,
    skip: /^(?:Backtrace:|[─-]+$)/,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    starts: ['error in loadnamespace', 'error in library(', 'error: package', 'error in library'],
    is: /^Error(?: in .*)?: +(?:there is no package called|package .* (?:could not be loaded|required by))|^Error in (?:loadNamespace|library)\b.*there is no package/,
    kind: 'missing-file',
    strength: 'cause',
  },
  {
    words: ['there is no package called', 'could not be loaded'],
    is: /there is no package called|package or namespace load failed/,
    kind: 'missing-file',
    strength: 'cause',
  },
  {
    starts: ['error in '],
    is: /^Error in .* : +\S/,
    unless: /Test failures/,
    kind: kindOfError,
    strength: 'detail',
  },
  firstLineAfter({
    starts: ['error in '],
    opens: /^Error in .*: *$/,
    within: 3,
    kind: kindOfError,
    strength: 'detail',
  }),
  {
    words: ['test failures', 'execution halted', 'unexpected test failures'],
    is: /^Error: Test failures|^Execution halted|! Test failures/,
    kind: 'other',
    strength: 'result',
  },
  { starts: ['[ fail '], is: /^\[ FAIL [1-9]/, kind: 'other', strength: 'result' },
]
