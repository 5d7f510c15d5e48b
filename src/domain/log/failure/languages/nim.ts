import { kindOfException } from '../kind-of-message.ts'
import type { Rules } from '../rule.ts'

/**
 * unittest of Nim, and messages that end a program: the compiler's `-r` calls anything that it ran an
 * external program.
 */
export const nim: Rules = [
  {
    words: ['): check failed: '],
    is: /^\s*\S+\(\d+, \d+\): Check failed: /,
    kind: 'assertion',
    strength: 'detail',
  },
  {
    words: ['unhandled exception: '],
    is: /^(?:\S+ )?Error: unhandled exception: /,
    kind: kindOfException,
    strength: 'detail',
  },
  {
    words: ['execution of an external program failed'],
    is: /^Error: execution of an external program failed/,
    kind: 'other',
    strength: 'result',
  },
]
