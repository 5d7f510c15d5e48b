/** What stands for a version that nobody knows, and for that of a test that is never run; workers say so. */
const UNKNOWN_VERSION = 'unknown'
const WORDS: readonly string[] = [UNKNOWN_VERSION, 'blacklisted']

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
const VERSION = /^[0-9][0-9A-Za-z.+:~-]*$/

const isVersion = (word: string): boolean => WORDS.includes(word) || VERSION.test(word)

/** The version that somebody names; `unknown` for what is none, such as an error text in its place. */
export function testedVersion(text: string): string {
  const word = text.trim()
  return isVersion(word) ? word : UNKNOWN_VERSION
}

/** The version in a `testpkg-version` file, which holds `package version`; undefined if it holds anything else. */
export function readTestedVersion(file: string): string | undefined {
  const [, word = '', ...others] = file.trim().split(/\s+/)
  return others.length === 0 && isVersion(word) ? word : undefined
}
