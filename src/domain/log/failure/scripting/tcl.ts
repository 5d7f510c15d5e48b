import { kindOfError } from '../kind-of-message.ts'
import { firstLineAfter, type Rules } from '../rule.ts'

export const tcl: Rules = [
  { starts: ['==== '], is: /^==== \S+ .+ FAILED$/, kind: 'assertion', strength: 'detail' },
  firstLineAfter({
    starts: ['---- result was:', '---- test generated error', '---- test setup failed'],
    opens: /^---- (?:Result was|Test generated error|Test setup failed)/,
    kind: 'assertion',
    strength: 'hint',
    header: 'failure',
  }),
  // `    while executing` is below the message
  {
    words: ['while executing', 'invoked from within'],
    opens: /^ {4}(?:while executing|invoked from within)$/,
    follow(opening, _match, before, found) {
      const text = before(1)
      if (text !== undefined && text.trim() !== '' && !/^\s+|^"|"$/.test(text.charAt(0))) {
        found({ number: opening.number - 1, text, kind: kindOfError(text), strength: 'detail' })
      }
      return undefined
    },
  },
  {
    words: ["can't find package", 'invalid command name', "couldn't load", 'wrong # args'],
    is: /^(?:can't find package |invalid command name "|couldn't (?:load|read) file |wrong # args|couldn't connect to display|no display name)/,
    kind: kindOfError,
    strength: 'detail',
  },
  { words: ['\tfailed\t'], is: /Failed\t[1-9]/, kind: 'other', strength: 'result' },
]
