import type { Run } from '../../../domain/run/run.ts'
import { MIGRATION_REFERENCE, parseTrigger } from '../../../domain/trigger/trigger.ts'

/** The parts of a run's request that the command line at the head of its log contains. */
export interface LogHead {
  /** Space-joined, as in a completion; undefined if the run had none. */
  readonly triggers: string | undefined
  /** `all-proposed=1,testname=x`, either or both, or '': exactly as in a completion. */
  readonly env: string
}

/**
 * The line in which autopkgtest repeats its command line. Since 5.29 each line begins with seconds; the
 * oldest logs are adt-run's.
 */
const CALLED = /^(?: *\d+s )?(?:autopkgtest|adt-run) \[[\d:]+\]: host /
const COMMAND_LINE = '; command line: '
/**
 * The place where a log continues with the test itself: anything after it that looks like a command line was
 * printed by a test.
 */
const BODY = ': @@@@@@@@@@@@@@@@@@@@'
const SECONDS = /^ *\d+s /

/**
 * Reads the beginning of a log; the first few kB are enough. Undefined if it has no complete command line:
 * the run was never started, or the text was cut too early.
 *
 * The worker calls `autopkgtest … --apt-pocket=proposed=src:a,src:b … --env=ADT_TEST_TRIGGERS=a/1 b/2
 * --testname=x -- virt-server …`; without the list of sources the whole pocket is used, which is
 * all-proposed.
 */
export function parseLogHead(text: string): LogHead | undefined {
  const head = text.split(BODY, 1)[0] as string
  const start = commandLineStart(head)
  if (start === undefined) return undefined
  const words = splitFirstLine(head.slice(start))
  if (words === undefined) return undefined
  const end = words.findIndex(word => word === '--' || word === '---')
  const options = end === -1 ? words : words.slice(0, end)
  const triggers = triggersOf(options)
  // A baseline run cannot be all-proposed: the two are refused together
  const allProposed = options.includes('--apt-pocket=proposed') && triggers !== MIGRATION_REFERENCE
  const testname = lastValueOf(options, '--testname') ?? lastValueOf(options, '--test-name')
  return { triggers, env: formatEnv(allProposed, testname) }
}

/**
 * The place where the command line begins. Only newlines end a line, and each line is examined once: text
 * after a carriage return or U+2028 is not a line of autopkgtest's.
 */
function commandLineStart(head: string): number | undefined {
  for (let start = 0; start < head.length; ) {
    const newline = head.indexOf('\n', start)
    const end = newline === -1 ? head.length : newline
    const line = head.slice(start, end)
    const found = CALLED.test(line) ? line.indexOf(COMMAND_LINE) : -1
    if (found !== -1) return start + found + COMMAND_LINE.length
    start = end + 1
  }
  return undefined
}

function formatEnv(allProposed: boolean, testname: string | undefined): NonNullable<Run['env']> {
  const parts = [allProposed && 'all-proposed=1', testname && `testname=${testname}`]
  return parts.filter(Boolean).join(',')
}

/** The last value of an option, given in one word or in two. */
function lastValueOf(words: readonly string[], option: string): string | undefined {
  const at = words.findLastIndex(word => word === option || word.startsWith(`${option}=`))
  const word = words[at]
  return word === option ? words[at + 1] : word?.slice(option.length + 1)
}

function triggersOf(words: readonly string[]): string | undefined {
  const name = 'ADT_TEST_TRIGGERS='
  const at = words.findLastIndex(word => word.startsWith(`--env=${name}`) || word.startsWith(name))
  const word = words[at]
  if (word === undefined) return undefined
  // Some logs do not quote the value: then its other triggers are words of their own
  const rest = words.slice(at + 1)
  const others = rest.findIndex(other => parseTrigger(other) === undefined)
  const all = [
    word.slice(word.indexOf(name) + name.length),
    ...rest.slice(0, others === -1 ? rest.length : others),
  ]
  return all.join(' ').trim() || undefined
}

/**
 * Splits the first line as a POSIX shell does, as far as quotes are concerned. A quoted argument may contain
 * line breaks, after which the log has its seconds again. Undefined if the line does not end within the text.
 */
function splitFirstLine(line: string): string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string
    if (quote === '' && (char === ' ' || char === '\n')) {
      if (word !== undefined) words.push(word)
      word = undefined
      if (char === '\n') return words
    } else if (quote === '' && (char === "'" || char === '"')) {
      quote = char
      word ??= ''
    } else if (char === quote) {
      quote = ''
    } else if (char === '\\' && quote !== "'") {
      word = (word ?? '') + (line[++at] ?? '')
    } else {
      word = (word ?? '') + char
      if (char === '\n') at += SECONDS.exec(line.slice(at + 1, at + 20))?.[0].length ?? 0
    }
  }
  return undefined
}
