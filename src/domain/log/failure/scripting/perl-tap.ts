import { kindOfError, kindOfMessage } from '../kind-of-message.ts'
import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

/** The number of lines of diagnostics below a test that is not ok that are examined. */
const DIAGNOSTICS = 40

/** `not ok 3 - name`, unless it is marked as a TODO, with the lines of its YAML block or its comments. */
const notOk: BlockRule = {
  starts: ['not ok'],
  opens: /^\s*not ok\b(?: \d+)?(?:\s*-?\s*(.*))?$/,
  unless: /# ?(?:TODO|SKIP)\b/i,
  follow(opening, match, _before, found) {
    found({ ...opening, text: opening.text.trim(), kind: 'assertion', strength: 'failure' })
    const about = (match[1] as string | undefined)?.trim()
    let left = DIAGNOSTICS
    let isBelow = false
    return (line, emit) => {
      if (line === undefined) return false
      left -= 1
      const text = line.text.trim()
      // The next test
      if (left < 0 || /^(?:not )?ok\b/.test(text)) return false
      if (/^(?:error|message): *[|>][-+]?$/.test(text)) {
        isBelow = true
        return true
      }
      const message = isBelow
        ? /^(\S.*)$/.exec(text)
        : /^(?:(?:# +)?(?:error|message|reason)|expected): *['"]?([^|>'"\s].*)$/.exec(text)
      if (message === null) return true
      if (/subtests? failed|^test failed/.test(message[1] as string)) return false
      emit({
        ...line,
        text,
        kind: kindOfMessage(text, 'assertion'),
        strength: 'detail',
        ...(about ? { about } : {}),
      })
      return false
    }
  },
}

/** Test::More's `#   Failed test 'name'`. */
const failedTest: BlockRule = {
  words: ['#   failed test', '# failed test', '# tests failed'],
  opens: /^\s*# +Failed test(?: \(.*\)| .*)?$/,
  unless: /# TODO/,
  follow(opening, _match, _before, found) {
    found({ ...opening, text: opening.text.trim(), kind: 'assertion', strength: 'detail' })
    return undefined
  },
}

const DIED = /^(?!#)(?:\S.*) at \S+ line \d+(?:, <\S+> (?:line|chunk) \d+)?\.?$/

export const perlTap: Rules = [
  notOk,
  failedTest,
  {
    words: ["can't locate "],
    is: /^(?:# {1,20}(?:Error: {1,9})?)?Can't locate (?:object method|\S+\.p[ml])\b/,
    kind: 'missing-file',
    strength: 'cause',
  },
  { words: ['bail out!'], is: /^\s*Bail out!/, kind: 'other', strength: 'detail' },
  {
    words: [' line '],
    is: DIED,
    unless:
      /^(?:BEGIN failed|Compilation failed|\s+)|\bline \d+\. {0,2}at |^Use of uninit|^Subroutine .* redefined|\bdeprecated\b|\bwarn/i,
    kind: kindOfError,
    strength: 'error',
  },
  {
    words: ['begin failed--', 'compilation failed in require', 'had compilation errors'],
    is: /BEGIN failed--|Compilation failed in require|had compilation errors/,
    kind: 'compile',
    strength: 'result',
  },
  { words: ['syntax error at'], is: /^syntax error at \S+ line \d+/, kind: 'compile', strength: 'detail' },
  {
    words: ['looks like you', 'looks like your test'],
    is: /^\s*# +Looks like you(?:r test exited| planned)/,
    unless: /failed/,
    kind: 'other',
    strength: 'failure',
  },
  {
    words: ['looks like you failed', 'dubious, test returned', 'result: fail', 'wstat:', 'subtests'],
    is: /Looks like you failed|^\s*Dubious, test returned|^Result: FAIL|\(Wstat: [1-9]|^\s*Failed \d+\/\d+ (?:subtests|test)/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: ['parse errors:', 'bad plan'],
    is: /^\s*Parse errors: |Bad plan\./,
    kind: 'other',
    strength: 'error',
  },
  {
    words: ['no subtests run', 'all subtests passed', 'no plan found'],
    is: /No subtests run|\(exited \d+\)|No plan found/,
    kind: 'other',
    strength: 'hint',
  },
  firstLineAfter({
    words: ['failed test in', '# failed test '],
    opens: /^\[ {0,9}FAIL {0,9}\] {1,9}job +\d+/,
    kind: 'assertion',
    strength: 'failure',
  }),
]
