/** The text for an unknown version, and for the version of a test that is never run; workers use it. */
const UNKNOWN_VERSION = 'unknown'
const WORDS: readonly string[] = [UNKNOWN_VERSION, 'blacklisted']

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
const VERSION = /^[0-9][0-9A-Za-z.+:~-]*$/

const isVersion = (word: string): boolean => WORDS.includes(word) || VERSION.test(word)

/** A version from outside; `unknown` if it is invalid, such as an error text in its place. */
export function testedVersion(text: string): string {
  const word = text.trim()
  return isVersion(word) ? word : UNKNOWN_VERSION
}

/**
 * The version in a `testpkg-version` file, which contains `package version`; undefined if it contains
 * anything else.
 */
export function readTestedVersion(file: string): string | undefined {
  const [, word = '', ...others] = file.trim().split(/\s+/)
  return others.length === 0 && isVersion(word) ? word : undefined
}
