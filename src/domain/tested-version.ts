/** What stands for a version that nobody knows, and for that of a test that is never run; workers say so. */
export const UNKNOWN_VERSION = 'unknown'
const WORDS: readonly string[] = [UNKNOWN_VERSION, 'blacklisted']

/** https://www.debian.org/doc/debian-policy/ch-controlfields.html#version */
const VERSION = /^[0-9][0-9A-Za-z.+:~-]*$/

/** The version that somebody names; `unknown` for what is none, such as an error text in its place. */
export function testedVersion(text: string): string {
  const word = text.trim()
  return WORDS.includes(word) || VERSION.test(word) ? word : UNKNOWN_VERSION
}

/** The version in a `testpkg-version` file: `package version`, and nothing else. */
export function readTestedVersion(file: string): string {
  const words = file.trim().split(/\s+/)
  return words.length === 2 ? testedVersion(words[1] as string) : UNKNOWN_VERSION
}
