import { kindOfMessage } from '../kind-of-message.ts'
import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

const MESSAGE = /^\s+(?:\S+_test|\S+)\.go:\d+: ?(.*)$/
/** The greatest distance, in lines, of messages above the end of a test that ran with -v. */
const ABOVE = 12

/** `--- FAIL: TestX (0.00s)`: the messages are below it, or with -v above it, after its `=== RUN`. */
const failed: BlockRule = {
  starts: ['--- fail:'],
  opens: /^\s*--- FAIL: (\S+) \(/,
  follow(opening, match, before, found) {
    const about = match[1] as string
    found({ ...opening, text: opening.text.trim(), kind: 'assertion', strength: 'failure' })
    let first: { text: string; number: number } | undefined
    for (let back = 1; back <= ABOVE; back++) {
      const text = before(back)
      if (text === undefined || /^=== (?:RUN|PAUSE|CONT|NAME)|^\s*--- /.test(text)) break
      if (MESSAGE.test(text)) first = { text, number: opening.number - back }
    }
    if (first !== undefined) {
      found({
        number: first.number,
        text: first.text.trim(),
        kind: kindOfMessage(first.text, 'assertion'),
        strength: 'detail',
        about,
      })
      return undefined
    }
    let left = 10
    return (line, emit) => {
      if (line === undefined) return false
      left -= 1
      if (left < 0 || /^(?:===|FAIL|ok\b|PASS|\S)/.test(line.text)) return false
      if (!MESSAGE.test(line.text)) return true
      const error = /^\s+\S+\.go:\d+: *$/.test(line.text)
      if (error) return true
      emit({
        ...line,
        text: line.text.trim(),
        kind: kindOfMessage(line.text, 'assertion'),
        strength: 'detail',
        about,
      })
      return false
    }
  },
}

export const go: Rules = [
  failed,
  {
    starts: ['panic: test timed out'],
    is: /^panic: test timed out after/,
    kind: 'timeout',
    strength: 'cause',
  },
  { starts: ['panic:'], is: /^panic: (?!test timed out)/, kind: 'exception', strength: 'detail' },
  {
    starts: ['fatal error: all goroutines', 'fatal error: concurrent', 'fatal error: stack'],
    is: /^fatal error: /,
    kind: 'crash',
    strength: 'detail',
  },
  {
    words: ['.go:'],
    is: /^(?:vet: )?\S+\.go:\d+:(?:\d+:)? (?!warning)\S/,
    unless: /^\d|_test\.go:\d+: /,
    kind: 'compile',
    strength: 'detail',
  },
  {
    words: [
      'cannot find package',
      'no required module provides',
      'is not in goroot',
      'is not in std',
      'cannot find module',
    ],
    is: /cannot find (?:package|module)|no required module provides|is not in (?:GOROOT|std)/,
    kind: 'dependency',
    strength: 'detail',
  },
  // testify
  firstLineAfter({
    words: ['error trace:'],
    opens: /^\s+Error Trace:/,
    take: /^\s+Error: /,
    within: 6,
    kind: 'assertion',
    strength: 'detail',
  }),
  {
    starts: ['fail\t', 'exit status', 'fail '],
    is: /^(?:FAIL\t\S|exit status [1-9]|FAIL\s+\S+ \[)/,
    kind: 'other',
    strength: 'result',
  },
]
