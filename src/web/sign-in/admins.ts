import { isReader } from '../../queries/requests/is-reader.ts'
import type { Web } from '../web.ts'
import type { SignedIn } from './session.ts'

/** Whether somebody is among those, or in one of the teams, that the operator named. Unavailable if Launchpad is. */
export function isAdmin(
  { launchpad, settings }: Pick<Web, 'launchpad' | 'settings'>,
  who: Pick<SignedIn, 'nickname'>,
) {
  return isReader(launchpad, who.nickname, settings.admins)
}
