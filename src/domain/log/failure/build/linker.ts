import type { Rules } from '../rule.ts'

export const linker: Rules = [
  {
    words: [
      'cannot find -l',
      'undefined reference',
      'undefined symbol',
      'cannot find lib',
      'multiple definition of',
      'relocation ',
      'unresolved',
      'not found (required',
      'version node not found',
    ],
    is: /: cannot find -l|undefined reference to|undefined symbol|multiple definition of|: relocation \S+ against|cannot find \S+: No such file|DSO missing from command line/,
    unless: /ld returned|more undefined/,
    kind: 'link',
    strength: 'detail',
  },
  {
    words: ['unable to find library'],
    is: /^(?:ld\.lld|lld|mold): error: /,
    kind: 'link',
    strength: 'detail',
  },
  {
    words: ['error while loading shared libraries', 'symbol lookup error', "' not found (required by"],
    is: /error while loading shared libraries|symbol lookup error|version `[^'`]{1,200}' not found \(required by/,
    kind: 'link',
    strength: 'cause',
  },
  {
    words: ['ld returned ', 'linker command failed', 'linking with'],
    is: /ld returned \d+ exit status|linker command failed/,
    kind: 'other',
    strength: 'result',
  },
]
