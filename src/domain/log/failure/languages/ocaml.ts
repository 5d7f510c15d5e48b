import { kindOfMessage } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

const kindOfFailure = (text: string) => kindOfMessage(text, 'assertion')

export const ocaml: Rules = [
  // the compiler: `File "x.ml", line 3, characters 4-7:`, some source, `Error: …`
  firstLineAfter({
    starts: ['file "'],
    opens: /^File "[^"]+\.mli?", lines? \d+(?:-\d+)?(?:, characters \d+-\d+)?:$/,
    take: /^Error(?: \([^)]*\))?: /,
    within: 12,
    kind: 'compile',
    strength: 'detail',
  }),
  // alcotest
  firstLineAfter({
    words: ['[fail]'],
    opens: /^[│|>\s]*\[FAIL\] {1,40}(\S.{0,120}?)\.?(?: {1,80}[│|])?$/,
    skip: /^[│┌└─\s|]*$|^.*\[(?:OK|FAIL)\]|^[┌└]/,
    take: /^[│\s]*(?:ASSERT|FAIL|Error|Expected|\[exception\]|\[failure\])/,
    within: 14,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  // OUnit
  firstLineAfter({
    starts: ['error: '],
    opens: /^Error: ([^\s:]{1,200}:\d+:\S.{0,300})\.$/,
    skip: /^(?:File "|Error: |Called from|Raised at|\S+\.ml)/,
    within: 8,
    kind: kindOfFailure,
    strength: 'detail',
    header: 'failure',
    named: true,
  }),
  {
    starts: ['fatal error: exception'],
    is: /^Fatal error: exception /,
    kind: 'exception',
    strength: 'detail',
  },
]
