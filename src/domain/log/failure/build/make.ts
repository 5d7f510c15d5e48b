import type { Rules } from '../rule.ts'

/** make, ninja, and programs that ran them, report that something else failed, unless they cannot start. */
export const make: Rules = [
  {
    words: [
      'no rule to make target',
      'missing separator',
      'no targets specified',
      'recipe commences',
      'no makefile found',
    ],
    is: /(?:^make(?:\[\d+\])?: \*\*\* |^\S+:\d+: \*\*\* )(?:No rule|missing separator|No targets|recipe commences|.*no makefile found)/,
    kind: 'missing-file',
    strength: 'detail',
  },
  {
    words: ['make: ***', ']: ***', "' not remade because", 'waiting for unfinished jobs'],
    is: /^\S*make(?:\[\d+\])?: (?:\*\*\* |Target .* not remade)/,
    kind: 'other',
    strength: 'result',
  },
  { words: ['.  stop.'], is: /^\S+:\d+: \*\*\* .*\. {1,2}Stop\.$/, kind: 'other', strength: 'detail' },
  {
    starts: ['ninja: error:', 'ninja: fatal'],
    is: /^ninja: (?:error|fatal): /,
    kind: 'missing-file',
    strength: 'detail',
  },
  {
    words: ['ninja: build stopped', 'subcommand failed'],
    is: /^ninja: build stopped/,
    kind: 'other',
    strength: 'result',
  },
  { starts: ['failed: '], is: /^FAILED: (?:\[code=\d+\] )?\S/, kind: 'compile', strength: 'result' },
]
