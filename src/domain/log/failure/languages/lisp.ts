import { kindOfException } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

/** Guile and other Schemes, Common Lisp, Emacs Lisp, Clojure. */
export const lisp: Rules = [
  {
    starts: ['error: in procedure'],
    is: /^\S*\s*ERROR: In procedure \S+:?(?: \S|$)/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['in procedure', 'unbound variable', 'wrong type argument', 'wrong number of arguments'],
    is: /^(?:ice-9\/\S+:\d+:\d+: |\S+:\d+:\d+: )?(?:In procedure|Unbound variable|Wrong (?:type|number))/,
    kind: kindOfException,
    strength: 'detail',
  },
  firstLineAfter({
    words: ['debugger invoked on', 'unhandled '],
    opens: /^(?:debugger invoked on an? |Unhandled )(\S+)(?: in thread| @|:)/,
    within: 3,
    kind: kindOfException,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // ERT
  firstLineAfter({
    words: ['condition:'],
    opens: /^Test (\S+) condition:/,
    kind: 'assertion',
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  { starts: ['failed  '], is: /^ {3}FAILED {2,}\d+\/\d+ {2}\S/, kind: 'assertion', strength: 'failure' },
  {
    words: ['# of unexpected failures', '# of unexpected fail'],
    is: /^# of unexpected failures +[1-9]/,
    kind: 'other',
    strength: 'result',
  },
  // clojure.test
  firstLineAfter({
    starts: ['fail in (', 'error in ('],
    opens: /^(?:FAIL|ERROR) in \((\S+)\)/,
    take: /^\s*(?:expected|actual):/,
    within: 4,
    kind: 'assertion',
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
]
