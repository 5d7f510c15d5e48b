import { kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

export const haskell: Rules = [
  // GHC: `Main.hs:2:1: error:`, the message below; from 9.4 on followed by a code
  firstLineAfter({
    words: ['.hs:', 'lhs:'],
    opens: /^(\S+\.l?hs):\d+(?::\d+(?:-\d+)?|:\([^)]{1,80}\)): error:(?: \[[^\]]{1,100}\]){0,2}$/,
    kind: 'compile',
    strength: 'detail',
    header: 'failure',
    within: 3,
  }),
  {
    words: ['.hs:', 'lhs:'],
    is: /^\S+\.l?hs:\d+:\d+(?:-\d+)?: error: (?!\[)\S/,
    kind: 'compile',
    strength: 'detail',
  },
  {
    words: ['cabal: ', 'setup: '],
    is: /^(?:cabal|Setup|hlint): (?:Could not|Encountered missing|Failed|The following packages)/,
    kind: 'dependency',
    strength: 'detail',
  },
  {
    words: ['could not find module', 'could not load module'],
    is: /Could not (?:find|load) module/,
    kind: 'compile',
    strength: 'detail',
  },
  // tasty: `    name: FAIL (0.00s)`, the message below
  firstLineAfter({
    words: ['fail'],
    opens: /^\s+(\S.{0,200}): +FAIL(?: \([\d.]+s\))?$/,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
    within: 3,
  }),
  // HUnit, QuickCheck, hspec
  firstLineAfter({
    starts: ['### failure', '### error'],
    opens: /^### (?:Failure|Error) in: (.*)$/,
    skip: /^\S+:\d+$/,
    within: 4,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  { words: ['*** failed!', 'falsifi'], is: /\*\*\* Failed!/, kind: 'assertion', strength: 'detail' },
  {
    words: ['callstack (from', 'prelude.'],
    is: /^\S.*: Prelude\.\S+/,
    kind: 'exception',
    strength: 'detail',
  },
  {
    words: ['non-exhaustive patterns', 'uncaught exception'],
    is: /Non-exhaustive patterns|[Uu]ncaught exception/,
    kind: 'exception',
    strength: 'detail',
  },
]
