import { kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

export const php: Rules = [
  // PHPUnit; JUnit's text runner is similar: see java.ts
  firstLineAfter({
    starts: ['1) '],
    opens: /^\d+\) ((?:\w+\\)*\w+::\w+)/,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    starts: ['php fatal error:', 'fatal error: uncaught', 'php parse error:', 'parse error:'],
    is: /^(?:PHP )?(?:Fatal|Parse) error: +/,
    kind: 'exception',
    strength: 'detail',
  },
  {
    starts: ['php fatal', 'fatal error:'],
    is: /^(?:PHP )?Fatal error: +(?:Allowed memory size|Maximum execution)/,
    kind: 'crash',
    strength: 'cause',
  },
  {
    words: ['assertions:', 'failures!'],
    is: /^Tests: \d+, Assertions: .*(?:Failures|Errors): [1-9]|^FAILURES!$/,
    kind: 'other',
    strength: 'result',
  },
]
