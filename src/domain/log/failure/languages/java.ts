import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfThrown = (text: string) =>
  /Comparison|Assertion|opentest4j/.test(text) ? 'assertion' : kindOfException(text)

export const java: Rules = [
  // JUnit 4 and 5, TestNG, and uncaught exceptions
  {
    words: ['error', 'exception', 'comparisonfailure', 'assertionfailed'],
    is: /^\s*(?:=> )?(?:[a-z][\w$]{0,60}\.){1,12}[A-Z][\w$]{0,80}(?:Error|Exception|Failure|Failed\w{0,20})\b(?::.*)?$/,
    kind: kindOfThrown,
    strength: 'detail',
  },
  { words: ['exception in thread'], is: /^Exception in thread "/, kind: kindOfThrown, strength: 'detail' },
  {
    words: ['caused by: '],
    is: /^\s*Caused by: (?:[a-z][\w$]{0,60}\.){1,12}[A-Z]/,
    kind: kindOfThrown,
    strength: 'failure',
  },
  firstLineAfter({
    words: ['there was ', 'there were '],
    opens: /^There (?:was|were) \d+ (?:failures?|errors?):$/,
    kind: 'assertion',
    strength: 'failure',
  }),
  // Surefire and Maven
  {
    words: ['<<< failure!', '<<< error!'],
    is: /^(?:\[ERROR\] )?\S.*<<< (?:FAILURE|ERROR)!/,
    unless: /Tests run:/,
    kind: 'assertion',
    strength: 'failure',
  },
  {
    starts: ['[error]'],
    is: /^\[ERROR\] (?:\S+\.java:\[\d+,\d+\]|COMPILATION ERROR|Failed to execute goal .*(?:Could not resolve|not (?:be )?found|Cannot access))/,
    kind: text => (/resolve|access/.test(text) ? 'dependency' : 'compile'),
    strength: 'detail',
  },
  { starts: ['[error]'], is: /^\[ERROR\] +[^\s:]{1,300}:\d+ /, kind: 'assertion', strength: 'detail' },
  {
    starts: ['[error]'],
    is: /^\[ERROR\] /,
    unless:
      /^\[ERROR\] (?:Tests run:|Failures:|Errors:|There are test failures|To see|Re-run|For more|\[Help|After correcting|-> \[Help|Please refer|Failed to execute goal|$)/,
    kind: kindOfThrown,
    strength: 'error',
  },
  // ScalaTest: `- test *** FAILED ***`, the message below it
  firstLineAfter({
    words: ['*** failed ***'],
    opens: /^(?:\[info\] )?\s*- (.{1,300}) \*\*\* FAILED \*\*\*$/,
    take: /^(?:\[info\] )?\s+\S/,
    within: 2,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // Gradle: `Class > test FAILED`
  { words: [' failed'], is: /^\S.{0,300} > \S.{0,300} FAILED$/, kind: 'assertion', strength: 'failure' },
  firstLineAfter({
    words: ['what went wrong:'],
    opens: /^\* What went wrong:/,
    kind: 'other',
    strength: 'error',
    within: 3,
  }),
  {
    words: ['could not find or load main class', 'unable to access jarfile', 'unsupportedclassversion'],
    is: /Could not find or load main class|Unable to access jarfile/,
    kind: 'missing-file',
    strength: 'detail',
  },
  { words: ['.java:'], is: /^(?:\[javac\] )?\S+\.java:\d+: error: /, kind: 'compile', strength: 'detail' },
  {
    words: ['tests run:', 'failures!!!', 'build failure', 'build failed'],
    is: /Tests run: .{1,80}(?:Failures|Errors): {1,3}[1-9]|^FAILURES!!!|BUILD FAIL/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: ['a fatal error has been detected by the java'],
    is: /fatal error has been detected by the Java Runtime/,
    kind: 'crash',
    strength: 'cause',
  },
]
