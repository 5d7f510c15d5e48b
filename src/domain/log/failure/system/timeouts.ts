import type { Rules } from '../rule.ts'

export const timeouts: Rules = [
  {
    words: ['timed out', 'timeout', 'deadline exceeded'],
    is: /\b(?:timed out (?:after|waiting|while|in)|[Tt]imeout (?:after|expired|exceeded|reached|waiting)|[Tt]imed out$|deadline exceeded|sending signal \w+ to command)/i,
    kind: 'timeout',
    strength: 'error',
  },
  {
    words: ['sending signal term', 'sending signal kill'],
    is: /^timeout: sending signal/,
    kind: 'timeout',
    strength: 'detail',
  },
  { words: ['session terminated'], is: /^Session terminated, /, kind: 'timeout', strength: 'result' },
]
