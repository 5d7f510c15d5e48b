import { kindOfException, kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

/** .NET, Dart, Swift and D. */
export const managed: Rules = [
  // dotnet test: `  Failed Test [3 ms]`, `  Error Message:`, the message
  firstLineAfter({
    words: ['error message:'],
    opens: /^\s*Error Message:$/,
    within: 3,
    kind: kindOfFailure,
    strength: 'detail',
    named: /^\s*Failed (\S+) \[/,
  }),
  { starts: ['failed '], is: /^\s*Failed \S+ \[(?:< )?\d+ m?s\]/, kind: 'assertion', strength: 'failure' },
  {
    words: ['unhandled exception'],
    is: /^Unhandled [Ee]xception[.:] \S/,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: [': error cs', ': error nu', ': error msb', ': error fs'],
    is: /: error (?:CS|NU|MSB|FS|BC)\d+: /,
    kind: 'compile',
    strength: 'detail',
  },
  // Dart: `00:01 +0 -1: name [E]`, the message
  firstLineAfter({
    words: [' [e]'],
    opens: /^\d\d:\d\d (?:\+\d+ )?(?:~\d+ )?-\d+: (.{1,400}) \[E\]$/,
    within: 3,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // XCTest
  {
    words: [' : xct', ': error: '],
    is: /^\S+\.swift:\d+: error: \S+ : /,
    kind: 'assertion',
    strength: 'detail',
  },
  {
    starts: ['fatal error:'],
    is: /^Fatal error: .*: file \S+, line \d+|^\S+\.swift:\d+: Fatal error: /,
    kind: 'crash',
    strength: 'detail',
  },
  // D
  {
    words: ['core.exception.', 'object.exception', 'object.error'],
    is: /^(?:core\.exception\.|object\.)\w+@\S+\(\d+\)/,
    kind: kindOfFailure,
    strength: 'detail',
  },
]
