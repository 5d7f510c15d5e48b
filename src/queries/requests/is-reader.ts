import type { Launchpad } from '../../backends/launchpad/launchpad.ts'
import { isLaunchpadName } from '../../domain/request/launchpad-name.ts'

/** The number of names that are checked; the rest of a longer list is ignored. */
const MOST_NAMES = 50

/**
 * Whether a person is one of these people, or in one of these teams. Throws Unavailable if Launchpad does not
 * answer for one of them and no other includes the person.
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
