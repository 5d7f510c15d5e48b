import type { Rules } from '../rule.ts'

export const meson: Rules = [
  {
    words: ['error: '],
    is: /^[^\s:]{0,300}meson\.(?:build|options)[^\s:]{0,20}:\d+:\d+: ERROR: /,
    kind: text => (/not found|Dependency|lookup|Program/.test(text) ? 'dependency' : 'compile'),
    strength: 'detail',
  },
  {
    words: ['found: no'],
    is: /^(?:Run-time dependency|Program|Dependency|Library) .* found: NO/,
    kind: 'dependency',
    strength: 'hint',
  },
  {
    words: ['exit status', 'killed by signal', ' timeout ', ' fail '],
    is: /^\s*\d+\/\d+ .*\s(?:FAIL|TIMEOUT|ERROR|UNEXPECTEDPASS)\s+[\d.]+ ?s/,
    kind: text => (/TIMEOUT/.test(text) ? 'timeout' : /killed/.test(text) ? 'crash' : 'assertion'),
    strength: 'failure',
  },
  {
    words: ['summary of failures', 'unexpected pass:'],
    is: /^Summary of Failures|^(?:Fail|Timeout|Unexpected Pass): +[1-9]/i,
    kind: 'other',
    strength: 'result',
  },
]
