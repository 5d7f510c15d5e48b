import type { Rules } from '../rule.ts'

/** Files that are missing, and those without permission. */
export const files: Rules = [
  {
    words: [
      'no such file or directory',
      'is a directory',
      'not a directory',
      'file exists',
      'file not found',
      'does not exist',
    ],
    is: /No such file or directory|[Nn]ot a directory$|[Ii]s a directory$|File exists$|[Ff]ile not found|does not exist/,
    kind: 'missing-file',
    strength: 'error',
  },
  {
    words: [
      'permission denied',
      'operation not permitted',
      'access denied',
      'must be root',
      'are you root',
      'must be run as root',
      'sudo: a password',
    ],
    is: /[Pp]ermission denied|[Oo]peration not permitted|[Aa]ccess denied|must be (?:run as )?root|are you root|a password is required/,
    kind: 'permission',
    strength: 'error',
  },
]
