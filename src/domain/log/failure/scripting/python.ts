import { kindOfException } from '../kind-of-message.ts'
import { type BlockRule, type Candidate, firstLineAfter, type Rules } from '../rule.ts'

const CHAINED = /^(?:During handling of the above exception|The above exception was the direct cause)/
/** `json.decoder.JSONDecodeError: …`, `KeyboardInterrupt`: the line below the frames. */
const EXCEPTION = /^(?:[A-Za-z_]\w{0,80}\.){0,12}[A-Z]\w{0,80}(?:: .*|:)?$/
const FRAMES_AT_MOST = 3000
const BLANKS_AT_MOST = 3

/**
 * The last exception of a traceback, or of a chain of them. A prefix of `Traceback` (a logger's name, the
 * `# ` of TAP, the `| ` of an exception group) is also before its other lines.
 */
const traceback: BlockRule = {
  words: ['traceback (most recent call last)'],
  opens: /^(.*?)(?:Exception Group )?Traceback \(most recent call last\):?\s*$/,
  follow(opening, match, before, found) {
    const margin = (match[1] as string).length
    const inFramework = /^(?:ERROR|FAIL): /.test(before(2) ?? '')
    const about = inFramework ? before(2)?.replace(/^(?:ERROR|FAIL): /, '') : undefined
    let last: Candidate | undefined
    let frames = 0
    let inFrames = true
    let sawFrame = false
    let blanks = 0
    const end = () => {
      if (last !== undefined) found(last)
      return false
    }
    return line => {
      if (line === undefined) return end()
      const text = line.text.slice(margin)
      frames += 1
      if (frames > FRAMES_AT_MOST || line.number < opening.number) return end()
      if (text.trim() === '') {
        blanks += 1
        return inFrames || blanks <= BLANKS_AT_MOST || end()
      }
      if (CHAINED.test(text)) {
        blanks = 0
        return true
      }
      if (/^(?:Exception Group )?Traceback \(most/.test(text)) {
        inFrames = true
        sawFrame = false
        return true
      }
      if (/^\s+File "/.test(text)) sawFrame = true
      if (/^[\s|+^~]/.test(text)) return inFrames || end()
      if (!inFrames && !(blanks > 0 && EXCEPTION.test(text))) return end()
      // Other output printed in between
      if (!/^[A-Za-z_]/.test(text) || (inFrames && !sawFrame && !EXCEPTION.test(text))) return true
      inFrames = false
      last = {
        ...line,
        text,
        kind: kindOfException(text),
        strength: 'detail',
        ...(about && /^\w+(?:: .{0,12})?$/.test(text) ? { about } : {}),
      }
      return 'claimed'
    }
  },
}

/** unittest: `FAIL: test_x (module.Class)`, with a traceback below it. */
const unittestHeader = {
  starts: ['fail: test', 'error: test', 'error: setupclass', 'error: setupmodule', 'error: teardown'],
  is: /^(?:FAIL|ERROR): (?:test|setUp|tearDown)\w* \(/,
  kind: 'assertion',
  strength: 'failure',
} as const

/**
 * pytest's `E   ` lines. The first below a line of code is the message; with chained exceptions the last one
 * counts.
 */
const pytestMessage: BlockRule = {
  starts: ['e   '],
  opens: /^E {3,}(\S.*)$/,
  follow(opening, match, before, found) {
    const text = match[1] as string
    if (/^E {3,}/.test(before(1) ?? '')) return undefined
    const candidate: Candidate = { ...opening, text, kind: kindOfException(text), strength: 'detail' }
    let blanks = 0
    return line => {
      if (line === undefined) {
        found(candidate)
        return false
      }
      // A chain continues below; otherwise this was the message
      if (CHAINED.test(line.text)) return false
      if (line.text === '') blanks += 1
      if (blanks >= 3 || /^[_=-]{5,}/.test(line.text) || line.number > opening.number + 60) {
        found(candidate)
        return false
      }
      return true
    }
  },
}

const pytest: Rules = [
  pytestMessage,
  {
    starts: ['failed ', 'error '],
    is: /^(?:FAILED|ERROR) \S+\.py(?:::\S.*)?(?: - .*)?$/,
    kind: kindOfException,
    strength: 'failure',
  },
  {
    starts: ['internalerror>'],
    is: /^INTERNALERROR> +[A-Z]\w*(?:\.\w+)*(?:Error|Exception|Exit)\b/,
    kind: 'exception',
    strength: 'detail',
  },
  {
    words: ['node down: not properly terminated', "' crashed while running '"],
    is: /^(?:\[gw\d+\] node down: |worker 'gw\d+' crashed|.*crashed while running ')/,
    kind: 'crash',
    strength: 'cause',
  },
  { words: ['timeout >'], is: /^(?:E +)?Failed: Timeout >/, kind: 'timeout', strength: 'cause' },
  {
    starts: ['error: usage:', 'error: not found:', 'error: file or directory not found'],
    is: /^ERROR: /,
    kind: 'missing-file',
    strength: 'detail',
  },
  {
    words: [' failed,', ' passed', ' failed in ', ' error in ', ' errors in '],
    is: /^=* ?\d+ (?:failed|errors?)\b/,
    kind: 'other',
    strength: 'result',
  },
]

/** ruff: `F401 [*] message`, and the place below it. */
const ruff: BlockRule = {
  starts: ['--> '],
  opens: /^\s+--> \S+:\d+:\d+$/,
  follow(opening, _match, before, found) {
    const text = before(1) ?? ''
    if (/^[A-Z]{1,4}\d{3,4}:? \S/.test(text))
      found({ number: opening.number - 1, text, kind: 'compile', strength: 'detail' })
    return undefined
  },
}

export const python: Rules = [
  ruff,
  traceback,
  unittestHeader,
  ...pytest,
  {
    starts: ['syntaxerror:', 'indentationerror:', 'taberror:', 'modulenotfounderror:', 'importerror:'],
    is: /^\w+Error: /,
    kind: kindOfException,
    strength: 'detail',
  },
  { words: ['fatal python error'], is: /^Fatal Python error: /, kind: 'crash', strength: 'cause' },
  { words: ['no module named'], is: /: No module named \S/, kind: 'missing-file', strength: 'detail' },
  {
    starts: ['failed (', 'ran '],
    is: /^FAILED \((?:failures|errors|unexpected)/,
    kind: 'other',
    strength: 'result',
  },
  // doctest: the example itself, below its place
  firstLineAfter({
    starts: ['failed example:'],
    opens: /^Failed example:/,
    within: 2,
    kind: 'assertion',
    strength: 'detail',
    header: 'failure',
    named: /^File .*, in (\S+)$/,
  }),
  // errors that asyncio and logging report and ignore
  {
    words: ['was never retrieved', 'exception ignored in'],
    is: /exception was never retrieved|^Exception ignored in/i,
    kind: 'exception',
    strength: 'hint',
  },
]
