import type { Rules } from '../rule.ts'

/** Exhausted resources: disks, memory limits and files. */
export const resources: Rules = [
  {
    words: [
      'no space left',
      'enospc',
      'disk quota exceeded',
      'disk full',
      'disk is full',
      'not enough free space',
      'not enough disk space',
      "don't have enough free space",
    ],
    is: /No space left on device|ENOSPC|Disk quota exceeded|disk (?:is )?full|[Nn]ot enough (?:free |disk )?space|enough free space/i,
    unless: /^\S*Error: |^E +/,
    kind: 'disk',
    strength: 'cause',
  },
  {
    words: ['read-only file system', 'input/output error', 'structure needs cleaning', 'stale file handle'],
    is: /Read-only file system|Input\/output error|Structure needs cleaning|Stale file handle/,
    kind: 'disk',
    strength: 'detail',
  },
  {
    words: [
      'too many open files',
      'resource temporarily unavailable',
      'argument list too long',
      "can't start new thread",
      'cannot fork',
    ],
    is: /Too many open files|Resource temporarily unavailable|Argument list too long|[Cc]an(?:'|no)t (?:start new thread|fork)/,
    kind: 'other',
    strength: 'detail',
  },
]
