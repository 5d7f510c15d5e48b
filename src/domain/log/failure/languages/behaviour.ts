import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

/** Frameworks for tests written in prose: behave, cucumber, Robot Framework, Vader. */
export const behaviour: Rules = [
  {
    starts: ['assertion failed:', 'assertionerror'],
    is: /^\s*(?:Assertion Failed|ASSERT FAILED|AssertionError): \S/i,
    kind: 'assertion',
    strength: 'detail',
  },
  {
    words: [' ... failed in', ' ... error in', ' # features/'],
    is: /^\s*(?:Given|When|Then|And|But) .* \.\.\. (?:failed|error) in /,
    kind: 'assertion',
    strength: 'failure',
  },
  firstLineAfter({
    words: ['failing scenarios:', 'errored scenarios:'],
    opens: /^(?:Failing|Errored) scenarios:/i,
    kind: 'assertion',
    strength: 'failure',
  }),
  // Robot: `Name | FAIL |`, the message
  firstLineAfter({
    words: ['| fail |'],
    opens: /^(\S.{0,300}?) {1,100}\| FAIL \|$/,
    skip: /^[-=]{5,}$|^\d+ tests?,/,
    within: 2,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // Vader (Vim): `(2/2) [EXECUTE] (X) 'a' should be equal to 'b'`
  {
    words: ['] (x) '],
    is: /^\s*\(\d+\/\d+\) \[ *[A-Z]+\] \(X\) \S/,
    kind: kindOfFailure,
    strength: 'detail',
  },
  {
    words: ['exception '],
    is: /^Exception (?:[A-Za-z_]\w*\.)*[A-Z]\w*: /,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['scenarios passed', 'steps passed', 'features passed'],
    is: /\b[1-9]\d* failed\b/,
    kind: 'other',
    strength: 'result',
  },
]
