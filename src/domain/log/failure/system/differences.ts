import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

/** How many letters of what changed tell one difference from another. */
const TOLD = 120

/** A unified diff: what was wanted and what came, by its first lines that changed. */
const unified: BlockRule = {
  starts: ['@@ -'],
  opens: /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/,
  follow(opening, _match, before) {
    if (!/^\+\+\+ /.test(before(1) ?? '') || !/^--- /.test(before(2) ?? '')) return undefined
    let left = 60
    return (line, emit) => {
      if (line === undefined) return false
      left -= 1
      if (left < 0 || !/^[ +-]/.test(line.text)) return false
      if (line.text.startsWith(' ')) return true
      emit({ ...line, text: line.text.slice(0, TOLD), kind: 'assertion', strength: 'error' })
      emit({ ...opening, kind: 'assertion', strength: 'hint' })
      return false
    }
  },
}

/** diff(1), cmp(1) and what programs print that compare by themselves. */
export const differences: Rules = [
  unified,
  firstLineAfter({
    starts: '123456789'.split('').map(digit => digit),
    opens: /^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$/,
    take: /^[<>] /,
    within: 2,
    kind: 'assertion',
    strength: 'error',
    header: 'hint',
  }),
  {
    words: ['only in ', ' differ', 'binary files '],
    is: /^Only in \S+: |^(?:Binary f|F)iles \S+ and \S+ differ|differ: (?:byte|char) \d+/,
    kind: 'assertion',
    strength: 'error',
  },
]
