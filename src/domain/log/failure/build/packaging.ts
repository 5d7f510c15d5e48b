import type { Rules } from '../rule.ts'

/** dpkg-buildpackage, debhelper, dpkg-source, quilt. */
export const packaging: Rules = [
  {
    words: ['dpkg-checkbuilddeps: error', 'dpkg-source: error', 'dpkg-source: info'],
    is: /^dpkg-(?:checkbuilddeps|source|gencontrol|shlibdeps|deb|genchanges|architecture|parsechangelog|gensymbols): error: (?!LC_ALL)/,
    unless: /subprocess returned/,
    kind: text => (/checkbuilddeps/.test(text) ? 'dependency' : 'other'),
    strength: 'failure',
  },
  {
    words: ['hunk #', "can't find file to patch", 'malformed patch', 'reversed (or previously applied)'],
    is: /^Hunk #\d+ FAILED|^can't find file to patch|malformed patch at line|^patch: \*\*\*\*/,
    kind: 'other',
    strength: 'detail',
  },
  {
    words: [' hunk failed', ' hunks failed', 'does not apply', 'out of 1 hunk', 'hunks ignored'],
    is: /hunks? (?:FAILED|ignored)|does not apply/,
    kind: 'other',
    strength: 'failure',
  },
  {
    starts: ['dh_', 'dh:'],
    is: /^dh(?:_\w+)?: error: (?!.* returned exit code)/,
    unless: /aborting$/,
    kind: 'other',
    strength: 'detail',
  },
  {
    words: [
      'returned exit code',
      'subprocess returned exit status',
      'subprocess failed with exit',
      'lc_all=c.utf-8 patch',
    ],
    is: /returned exit code \d+|subprocess (?:returned|failed)|\bpatch .{1,300} returned/,
    kind: 'other',
    strength: 'result',
  },
  {
    words: ['unmet build dependencies'],
    is: /[Uu]nmet build dependencies/,
    kind: 'dependency',
    strength: 'detail',
  },
  { starts: ['blame: ', 'badpkg: '], is: /^(?:blame|badpkg): /, kind: 'other', strength: 'result' },
]
