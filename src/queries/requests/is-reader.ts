import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import { isLaunchpadName } from '../../domain/request/launchpad-name.ts'

/** Of a longer list the rest is passed over. */
const MOST_NAMES = 50

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
  for (const name of names.filter(isLaunchpadName).slice(0, MOST_NAMES)) {
    try {
      if (await launchpad.isParticipant(nickname, name)) return true
    } catch (error) {
      failure = error
    }
  }
  if (failure !== undefined) throw failure
  return false
}
