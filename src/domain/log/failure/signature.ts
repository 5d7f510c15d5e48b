/**
 * The version of the rules below. Signatures of different versions are not compared: when this changes,
 * stored signatures are computed again from the raw lines.
 */
export const SIGNATURE_RULES = 1

const LONGEST_SIGNATURE = 300
/** The number of characters that are examined, far more than remain. */
const LOOK = 1000

/** Prefixes of messages that only give the time and the process. */
const WHEN: readonly RegExp[] = [
  // 2026-11-29 17:24:25,399 19664 …, 2026-11-29T17:24:25.399Z …, [2026-11-29 …]
  /^[[(]?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?[\])]?[:,]? */,
  // Nov 29 17:24:25 host
  /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,9})? \S{1,64} (?=\S)/,
  // [  123.456789] of the kernel
  /^\[ {0,12}\d{1,9}\.\d{3,6}\] */,
  // ==9934== of valgrind and sanitizers
  /^==\d{1,9}==\s*/,
  // 17:24:25.399
  /^[[(]?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?[\])]?:? +/,
]

/** Applied in this order, each to the result of the one before. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  // Perl's search path, which differs with its version
  [/ ?\(@INC [a-z]{1,20}: .*$/s, ''],
  // The command that autopkgtest ran, with the paths of its testbed and the words of its shell
  [/(timed out on command|failed with exit code \d{1,3} on command|command failed:?) .*$/s, '$1'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '#'],
  [/\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?(?: ?(?:Z\b|[+-]\d\d:?\d\d))?/g, '#'],
  [/\b0x[0-9a-f]{1,32}\b/gi, '#'],
  [/\b(?=[0-9a-f]{0,64}\d)(?=[0-9a-f]{0,64}[a-f])[0-9a-f]{7,64}\b/gi, '#'],
  // Names that mktemp(1) and Python's tempfile make
  [/\btmp\.[A-Za-z0-9]{6,12}\b/g, '#'],
  [/\btmp[a-z0-9_]{8}\b/g, '#'],
  [/\d{1,400}/g, '#'],
  [/#(?:[.,:]#){1,40}/g, '#'],
  [/# ?(?:[nuµm]?s|secs?|seconds?|minutes?|min|[kKMG]i?B|bytes)\b/g, '#'],
  [/[-=_*~.]{6,600}/g, ' … '],
]

/** A path, beginning with a slash that has only an opening character before it. */
const PATH = /(^|[\s'"`‘“(<[=:,@])((?:\/[^\s'"`’”()<>[\]:,;/]{1,255}){2,40}\/?)/g
/** Folders that are the same on every testbed. */
const OF_THE_SYSTEM = /^\/(?:usr|etc|lib\w{0,5}|s?bin|proc|sys|dev|opt|boot|nonexistent)\//
const UNDER_SHARED_MEMORY = '/dev/shm/'
/** A random name, such as mktemp's, or a number. */
const DRAWN = /^(?:\d+|.*[._-][A-Za-z0-9_]{6,12}|tmp\w*)$/
const HAS_EXTENSION = /\.[a-z][a-z0-9]{0,9}$/i

/**
 * The part of a path that remains: all of a system path, and the file name of any other, unless it is random.
 */
function steadyPart(path: string): string {
  if (OF_THE_SYSTEM.test(path) && !path.startsWith(UNDER_SHARED_MEMORY)) return path
  const names = path.split('/').filter(name => name !== '')
  const last = names[names.length - 1] ?? ''
  if (HAS_EXTENSION.test(last) && !/^tmp/.test(last)) return last
  return DRAWN.test(last) || names.length < 3 ? 'PATH' : last
}

/** With fewer letters than this, numbers stay, as there is little else. */
const FEWEST_LETTERS = 3
const LETTERS = /[A-Za-z]/g

/**
 * The text of a failure without the parts that vary from run to run: times, numbers, hex, random names, and
 * the folders of the testbed. At most 300 characters, '' for a blank line.
 */
export function signatureText(text: string, about = ''): string {
  const line = text.slice(0, LOOK).trim()
  const whole = about === '' ? line : `${about}: ${line}`
  let steady = WHEN.reduce((rest, when) => rest.replace(when, ''), whole)
  steady = steady.replace(PATH, (_, before: string, path: string) => before + steadyPart(path))
  const withNumbers = squeeze(steady)
  steady = squeeze(VARYING.reduce((rest, [varying, by]) => rest.replace(varying, by), steady))
  const letters = steady.match(LETTERS)?.length ?? 0
  return (letters < FEWEST_LETTERS ? withNumbers : steady).slice(0, LONGEST_SIGNATURE).trim()
}

function squeeze(text: string): string {
  return text.replace(/\s{1,600}/g, ' ').trim()
}

/** Hex digits in the address of a signature. */
const ADDRESS = 16

/**
 * The address of a signature, as in `/failures/HEX16`.
 * @param sha256 returns the hexadecimal digest of a text's UTF-8
 */
export function signatureAddress(signature: string, sha256: (text: string) => string): string {
  return sha256(signature).slice(0, ADDRESS)
}
