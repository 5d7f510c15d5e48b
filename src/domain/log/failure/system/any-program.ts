import { kindOfError, kindOfMessage } from '../kind-of-message.ts'
import type { BlockRule, Rules } from '../rule.ts'

const IS_EXPECTED = /^\s*(?:[Ee]xpected|[Ww]anted)\b[\w ]{0,20}: {0,9}\S/
const IS_ACTUAL = /^\s*(?:[Aa]ctual|[Gg]ot|[Rr]eceived|[Ff]ound|[Rr]eturned|[Bb]ut was)\b[\w ]{0,20}: {0,9}\S/

/** `expected: this` and `got: that` on two lines, in either order. */
const expectedAndActual: BlockRule = {
  words: ['expected', 'wanted'],
  opens: IS_EXPECTED,
  atMost: 'failure',
  follow(opening, _match, before) {
    const isPair = IS_ACTUAL.test(before(1) ?? '')
    const number = isPair ? opening.number - 1 : opening.number
    const text = isPair ? (before(1) as string) : opening.text
    return (line, found) => {
      if (isPair || IS_ACTUAL.test(line?.text ?? ''))
        found({ number, text: text.trim(), kind: 'assertion', strength: 'failure' })
      return false
    }
  },
}

/** Messages of any program, found by common words for trouble. */
export const anyProgram: Rules = [
  expectedAndActual,
  {
    words: ['expected', 'should be', 'should have'],
    is: /\b[Ee]xpected\b.{0,300}\b(?:got|but|found|was|actual|received|instead|not)\b|\b(?:got|returned|was|found|received|have)\b.{0,300}\b(?:expected|wanted|should (?:be|have))\b/,
    unless: /\.\.\. ?ok$|\bas expected\b|\(this is expected/i,
    kind: 'assertion',
    strength: 'failure',
  },
  {
    words: ['error', 'fatal', 'critical', 'panic'],
    is: /(?:^|[\s:[(*<])(?:[Ee]rror|ERROR|[Ff]atal|FATAL|CRITICAL|[Cc]ritical|[Pp]anic|PANIC)(?:[\s:\])!*>]|$)/,
    kind: kindOfError,
    strength: 'error',
  },
  {
    words: ['fail', 'not ok'],
    is: /(?:^|[\s:[(*<])(?:FAIL(?:ED|URE|S)?|NOT OK)(?:[\s:\])!*>.,]|$)/,
    kind: text => kindOfMessage(text, 'assertion'),
    strength: 'error',
  },
  {
    words: ['.c:', '.py:', '.sh:'].filter(word => word.length > 3),
    is: /^\S+\.\w+:\d+:(?:\d+:)? \S/,
    kind: kindOfError,
    strength: 'error',
  },
  {
    words: [
      'failed',
      'failure',
      'fails',
      'cannot',
      "can't",
      'could not',
      "couldn't",
      'unable to',
      'not found',
      'missing',
      'mismatch',
      'unexpected',
      'invalid',
      'denied',
      'differ',
      'wrong',
      'incorrect',
      'corrupt',
      'unsupported',
      'undefined',
      'unknown',
      'illegal',
      'abort',
      'crash',
      'broken',
      'violat',
      'not supported',
      'too old',
      'older than',
      'too many',
      'refus',
      'reject',
      'exception',
      'not allowed',
      'unrecognized',
      'unrecognised',
      'bad ',
    ],
    is: /\b(?:[Ff]ail(?:ed|ure|s)\b|[Cc]annot\b|[Cc]an't\b|[Cc]ould ?n(?:o|')t\b|[Uu]nable to\b|[Nn]ot (?:found|supported|allowed)\b|[Mm]issing\b|[Mm]ismatch|[Uu]nexpected|[Ii]nvalid\b|[Dd]enied\b|[Dd]iffers?\b|[Ww]rong\b|[Ii]ncorrect|[Cc]orrupt|[Uu]nsupported|[Uu]ndefined\b|[Uu]nknown\b|[Ii]llegal\b|[Aa]bort|[Cc]rash|[Bb]roken\b|[Vv]iolat|too (?:old|many)\b|older than\b|[Rr]efus|[Rr]eject|[Ee]xception\b|[Uu]nrecogni[sz]ed\b|[Bb]ad\b)/,
    kind: kindOfError,
    strength: 'hint',
  },
  {
    words: [' failed', ' failures', ' errors', ' failing'],
    is: /\b[1-9]\d*(?: of \d+)? (?:tests? |checks? |cases? |assertions? )?(?:failed|failures?|errors?|failing)\b/i,
    kind: 'other',
    strength: 'result',
  },
]
