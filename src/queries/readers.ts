import type { Launchpad } from '../backends/launchpad/launchpad.ts'

/** As Launchpad names people and teams; nothing else is asked about. */
const NAME = /^[a-z0-9][a-z0-9.+-]{0,99}$/
/** Of a longer list the rest is passed over. */
const MOST_NAMES = 50

/** The names in a text with one on each line. */
export function readNames(text: string): string[] {
  const lines = text.split('\n', 10 * MOST_NAMES).map(line => line.trim())
  return [...new Set(lines)].filter(line => NAME.test(line)).slice(0, MOST_NAMES)
}

/**
 * Whether somebody is one of these people, or in one of these teams. Unavailable if Launchpad does not say so of one,
 * and of no other that they are in it.
 */
export async function isReader(
  launchpad: Pick<Launchpad, 'isParticipant'>,
  nickname: string,
  names: readonly string[],
): Promise<boolean> {
  if (names.includes(nickname)) return true
  let failure: unknown
  for (const name of names.filter(one => NAME.test(one)).slice(0, MOST_NAMES)) {
    try {
      if (await launchpad.isParticipant(nickname, name)) return true
    } catch (error) {
      failure = error
    }
  }
  if (failure !== undefined) throw failure
  return false
}
