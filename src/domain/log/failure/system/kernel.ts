import type { Rules } from '../rule.ts'

export const kernel: Rules = [
  {
    words: [
      'bug: ',
      'oops: ',
      'kernel panic',
      'general protection fault',
      'unable to handle',
      'watchdog: bug',
      'soft lockup',
      'blocked for more than',
      'call trace:',
    ],
    is: /(?:^|\] )(?:BUG: |Oops: |Kernel panic - |general protection fault|Unable to handle kernel|watchdog: BUG|INFO: task \S+ blocked for more than)/,
    kind: 'crash',
    strength: 'cause',
  },
  {
    words: ['killed process', 'segfault at', 'memory cgroup out of'],
    is: /Out of memory: Killed process|Memory cgroup out of memory|\]: segfault at |segfault at [0-9a-f]+ ip/,
    kind: 'crash',
    strength: 'cause',
  },
  {
    words: ['insmod: error', 'modprobe: fatal', 'modprobe: error', 'exec format error', 'dkms: error'],
    is: /^(?:insmod|modprobe|rmmod|depmod): (?:ERROR|FATAL|error)|[Ee]xec format error/,
    kind: 'other',
    strength: 'detail',
  },
  // DKMS: the compiler's messages are in a log that is printed later, if at all
  {
    words: ['bad return status for module'],
    is: /Bad return status for module build/,
    kind: 'other',
    strength: 'failure',
  },
]
