import type { SubmittedRequest } from '../../../../backends/state/requests.ts'
import { isFailure } from '../../../../domain/errors.ts'
import type { RequestProgress } from '../../../../queries/requests/request-progress.ts'
import { isAdmin } from '../../../sign-in/admins.ts'
import { confirmationToken, isConfirmed } from '../../../sign-in/confirmation.ts'
import type { SignedIn } from '../../../sign-in/session.ts'
import type { Signer } from '../../../sign-in/signer.ts'
import type { Web } from '../../../web.ts'

/** Never the query of a request: that has no blanks. */
const confirmed = ({ uuid }: SubmittedRequest): string => `withdraw ${uuid}`

/** What the button of a withdrawal posts. */
export const withdrawalToken = (signer: Signer, who: SignedIn, request: SubmittedRequest): Promise<string> =>
  confirmationToken(signer, who, confirmed(request), Date.now())

/** Whether this session was shown the button of this request. */
export const isWithdrawalConfirmed = (
  signer: Signer,
  who: SignedIn,
  request: SubmittedRequest,
  token: string,
): Promise<boolean> => isConfirmed(signer, who, confirmed(request), token, Date.now())

/** Whose it is, and admins. Unavailable if Launchpad does not say who those are. */
export async function mayWithdraw(web: Web, who: SignedIn, request: SubmittedRequest): Promise<boolean> {
  return who.nickname === request.requester || isAdmin(web, who)
}

/**
 * Whether it can be withdrawn at all: the broker has confirmed it, and there has been no news of it since. Before
 * that it may still be in transit.
 */
export const canBeWithdrawn = ({ state }: SubmittedRequest, progress: RequestProgress): boolean =>
  state === 'published' && progress.state === 'queued'

/** The token of the button, for a reader who is shown one. */
export async function offeredWithdrawal(
  web: Web,
  signer: Signer,
  who: SignedIn | undefined,
  { request, progress }: { readonly request: SubmittedRequest; readonly progress: RequestProgress },
): Promise<string | undefined> {
  if (who === undefined || !canBeWithdrawn(request, progress)) return undefined
  try {
    return (await mayWithdraw(web, who, request)) ? await withdrawalToken(signer, who, request) : undefined
  } catch (error) {
    // The page is worth more than a button on it
    if (isFailure(error) && error.kind === 'unavailable') return undefined
    throw error
  }
}
