import { isLaunchpadName } from './launchpad-name.ts'

/** The greatest number of names, as Launchpad is asked about each team. */
const MOST = 50
/** The greatest number of names that are examined, as a list in the store may have any length. */
const MOST_LOOKED_AT = 10 * MOST

/** Names are separated by blanks, line breaks or commas. */
const split = (text: string): string[] => text.split(/[\s,]+/, MOST_LOOKED_AT).filter(Boolean)

/**
 * The names in `readable-by` of a request: a text or a list of them. Undefined if it cannot be such a list,
 * as the website would then show the run to others than the worker intends; empty for an empty list. Nothing
 * else reads that field.
 */
export function readReaders(value: unknown): string[] | undefined {
  const texts: unknown = typeof value === 'string' ? [value] : (value ?? [])
  if (!Array.isArray(texts) || texts.length > MOST_LOOKED_AT) return undefined
  if (!texts.every(text => typeof text === 'string')) return undefined
  const names = [...new Set(texts.flatMap(split))]
  return names.length <= MOST && names.every(isLaunchpadName) ? names : undefined
}

/**
 * The names in the file `readable-by` beside a result; invalid names are skipped, and everything after the
 * 50th.
 */
export function readersInFile(text: string): string[] {
  return [...new Set(split(text))].filter(isLaunchpadName).slice(0, MOST)
}
