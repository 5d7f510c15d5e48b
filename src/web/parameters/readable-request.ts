import type { SubmittedRequest } from '../../backends/state/requests.ts'
import { NotFound } from '../../domain/errors.ts'
import { isRequestUuid } from '../../domain/request/request-uuid.ts'
import { isReader } from '../../queries/requests/is-reader.ts'
import { askedFor } from '../../queries/runs/request-run.ts'
import type { SignedIn } from '../sign-in/session.ts'
import type { Web } from '../web.ts'

/**
 * A request that was made here, for a user who may see it. Throws NotFound with the same words if there is none, and
 * if it is private and the user is neither its requester, nor a reader, nor an admin. @param reader only called if
 * the UUID is valid
 */
export async function readableRequest(
  web: Pick<Web, 'state' | 'launchpad' | 'settings'>,
  uuid: string,
  reader: () => Promise<SignedIn | undefined>,
): Promise<{ readonly request: SubmittedRequest; readonly who: SignedIn | undefined }> {
  if (!isRequestUuid(uuid)) throw none()
  const [request, who] = await Promise.all([web.state.requests.byUuid(uuid), reader()])
  if (request === undefined || !(await mayKnow(web, request, who))) throw none()
  return { request, who }
}

const none = () => new NotFound('There is no request with this UUID.')

async function mayKnow(
  { launchpad, settings }: Pick<Web, 'launchpad' | 'settings'>,
  request: SubmittedRequest,
  who: SignedIn | undefined,
): Promise<boolean> {
  if (!askedFor(request).isPrivate) return true
  if (who === undefined) return false
  const names = [...request.readableBy, ...settings.admins]
  return who.nickname === request.requester || isReader(launchpad, who.nickname, names)
}
