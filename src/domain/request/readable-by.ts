import { isLaunchpadName } from './launchpad-name.ts'

/** Launchpad is asked about each team. */
const MOST = 50
/** As a list in the store may be of any length, no more is looked at. */
const MOST_LOOKED_AT = 10 * MOST

/** Names stand apart by blanks, line breaks or commas. */
const split = (text: string): string[] => text.split(/[\s,]+/, MOST_LOOKED_AT).filter(Boolean)

/**
 * Whom `readable-by` of a request names: a text or a list of them. Undefined for what can be no such list, as then the
 * website would show to others than the worker means; none for an empty one. The one reader of that field.
 */
export function readReaders(value: unknown): string[] | undefined {
  const texts: unknown = typeof value === 'string' ? [value] : (value ?? [])
  if (!Array.isArray(texts) || texts.length > MOST_LOOKED_AT) return undefined
  if (!texts.every(text => typeof text === 'string')) return undefined
  const names = [...new Set(texts.flatMap(split))]
  return names.length <= MOST && names.every(isLaunchpadName) ? names : undefined
}

/** Whom the file `readable-by` beside a result names; what can be no name is passed over, and so is all after the 50th. */
export function readersInFile(text: string): string[] {
  return [...new Set(split(text))].filter(isLaunchpadName).slice(0, MOST)
}
