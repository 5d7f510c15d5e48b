import type { BlockRule, Rules } from '../rule.ts'

/** The number of characters of a change that distinguish one difference from another. */
const TOLD = 120

/** A unified diff: the expected and the actual text, from the first lines that changed. */
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

/**
 * The output of diff(1) without options: `3c3`, and below it the expected text (`< `), or only the actual one
 * (`> `).
 */
const normal: BlockRule = {
  starts: ['< ', '> '],
  opens: /^[<>] /,
  follow(opening, _match, before, found) {
    const header = before(1) ?? ''
    if (!/^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$/.test(header)) return undefined
    found({ ...opening, kind: 'assertion', strength: 'error' })
    found({ number: opening.number - 1, text: header, kind: 'assertion', strength: 'hint' })
    return undefined
  },
}

/** diff(1), cmp(1), and programs that compare by themselves. */
export const differences: Rules = [
  unified,
  normal,
  {
    words: ['only in ', ' differ', 'binary files '],
    is: /^Only in \S+: |^(?:Binary f|F)iles \S+ and \S+ differ|differ: (?:byte|char) \d+/,
    kind: 'assertion',
    strength: 'error',
  },
]
