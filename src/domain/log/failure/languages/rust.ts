import { kindOfMessage } from '../kind-of-message.ts'
import { type BlockRule, firstLineAfter, type Rules } from '../rule.ts'

/**
 * `thread 'tests::x' panicked at src/lib.rs:9:9:` with the message below it, or on the same line before Rust
 * 1.73.
 */
const panicked: BlockRule = {
  words: ['panicked at'],
  opens: /^\s*thread '([^']{0,200})'(?: \(\d+\))? panicked at (.*)$/,
  follow(opening, match, _before, found) {
    const [, about, behind] = match as unknown as [string, string, string]
    const inLine = /^'/.test(behind)
    found({
      ...opening,
      text: opening.text.trim(),
      kind: 'assertion',
      strength: inLine ? 'detail' : 'failure',
    })
    if (inLine) return undefined
    let first = true
    return (line, emit) => {
      if (line !== undefined && first && line.text.trim() !== '') {
        const text = line.text.trim()
        emit({
          ...line,
          text,
          kind: kindOfMessage(text, 'assertion'),
          strength: 'detail',
          ...(about === 'main' ? {} : { about }),
        })
      }
      first = false
      return false
    }
  },
}

export const rust: Rules = [
  panicked,
  { starts: ['error['], is: /^error\[E\d+\]: /, kind: 'compile', strength: 'detail' },
  {
    starts: ['error: '],
    is: /^error: (?:no matching package|failed to (?:select|parse|load|get|download|read|compile|run custom)|the lock file|package `|linking with|can't find crate|cannot find|expected|environment variable)/,
    kind: message => (/package|select|lock file|download/.test(message) ? 'dependency' : 'compile'),
    strength: 'detail',
  },
  {
    starts: ['error: '],
    is: /^error: (?:test failed, to rerun|could not compile|aborting due to|\d+ targets? failed|build failed|test run failed)/,
    kind: 'other',
    strength: 'result',
  },
  { words: ['... failed'], is: /^test \S.* \.\.\. FAILED$/, kind: 'assertion', strength: 'failure' },
  { words: ['test result: failed'], is: /^test result: FAILED/, kind: 'other', strength: 'result' },
  { starts: ['error: '], is: /^Error: \w+ ?[{(]/, kind: 'exception', strength: 'detail' },
  // nextest
  { starts: ['fail ['], is: /^\s*FAIL \[ *[\d.]+s\]/, kind: 'assertion', strength: 'failure' },
  {
    starts: ['timeout [', 'sigsegv [', 'sigabrt ['],
    is: /^\s*(?:TIMEOUT|SIG[A-Z]+) \[/,
    kind: 'crash',
    strength: 'failure',
  },
  firstLineAfter({ words: ['caused by:'], opens: /^Caused by:$/, kind: 'other', strength: 'error' }),
]
