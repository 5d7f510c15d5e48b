import { isReader } from '../../queries/requests/is-reader.ts'
import type { Web } from '../web.ts'
import type { SignedIn } from './session.ts'

/**
 * Whether a user is one of the people, or a member of one of the teams, that the operator named. Throws Unavailable if
 * Launchpad is unavailable.
 */
export function isAdmin(
  { launchpad, settings }: Pick<Web, 'launchpad' | 'settings'>,
  who: Pick<SignedIn, 'nickname'>,
) {
  return isReader(launchpad, who.nickname, settings.admins)
}
