import { kindOfError } from '../kind-of-message.ts'
import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

/**
 * bats: `not ok 1 name`, `# (in test file x.bats, line 3)`, `#   `cmd' failed`, and the output of the
 * command.
 */
const bats: BlockRule = firstLineAfter({
  words: ['(in test file', '(from function'],
  opens: /^\s*#? ?\((?:in test file|from function)/,
  skip: /^(?:\s*#)?\s+(?:in test file|from function)/,
  take: /^\s*#? {1,4}`.*' failed/,
  within: 4,
  kind: 'assertion',
  strength: 'detail',
})

export const shell: Rules = [
  bats,
  // a shell's messages about commands that it ran
  {
    words: ['not found'],
    is: /^(?:\S+: )?(?:\d+: |line \d+: )?(?:\S+: (?:\d+|line \d+): )?\S+: (?:command )?not found$/,
    kind: 'missing-file',
    strength: 'detail',
  },
  {
    words: ['line '],
    is: /^\S+: line \d+: (?!\s*\d+ (?:Aborted|Segmentation|Killed|Terminated|Bus|Illegal|Trace|Floating|Quit|Hangup)).*: (?:No such file|Permission denied|unbound variable|parameter|bad |cannot |invalid|ambiguous|syntax|Is a directory|Not a directory|Argument list)/,
    kind: kindOfError,
    strength: 'detail',
  },
  {
    words: ['syntax error', 'unexpected eof', 'unexpected end of file', 'unterminated quoted'],
    is: /^\S+: (?:line )?\d+: (?:[Ss]yntax error|unexpected EOF)/,
    kind: 'other',
    strength: 'cause',
  },
  {
    words: ['parameter not set', 'unbound variable', 'parameter null or not set'],
    is: /(?:parameter (?:null or )?not set|unbound variable)$/,
    kind: 'other',
    strength: 'detail',
  },
  // shunit2, assert.sh
  { starts: ['assert:'], is: /^ASSERT:/, kind: 'assertion', strength: 'detail' },
  {
    starts: ['fail:', 'failed:', 'failure:', 'fail -', 'error:', '[fail]', '[error]', '** fail', '*** fail'],
    is: /^\W{0,4}(?:FAIL(?:ED|URE)?|ERROR)\W{1,3}\S/,
    unless: /^FAIL: \d+$|^# /,
    kind: kindOfError,
    strength: 'error',
  },
  // shellcheck
  {
    words: ['(error):', '(warning):'],
    is: /\bSC\d{4} \((?:error|warning)\): /,
    kind: 'other',
    strength: 'detail',
  },
  { words: ['(info):', '(style):'], is: /\bSC\d{4} \((?:info|style)\): /, kind: 'other', strength: 'error' },
]
