import type { RequestsPage } from '../../../../backends/state/requests.ts'
import { isRequestUuid } from '../../../../domain/request/request-uuid.ts'
import { expectedOfRequests } from '../../../../queries/requests/expected-of-requests.ts'
import { type FollowedRequest, requestsOf } from '../../../../queries/requests/requests-of.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { wantsJson } from '../../../http/error-answers.ts'
import { links } from '../../../links.ts'
import { readPaging } from '../../../parameters/paging.ts'
import { runAddress } from '../../../parameters/run-address.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import type { Web } from '../../../web.ts'
import { progressJson } from '../../requests/request-progress/progress-json.ts'
import { offeredWithdrawal } from '../../requests/request-progress/withdrawal.ts'
import { UserRequestsView } from './user-requests.view.ts'

/** Each may be a look into the store. */
const MOST_ROWS = 20

/**
 * `/user/<nick>/requests`: the requests that a user made here, in every state; to the user all of them, with a button
 * to withdraw waiting ones, to others without private and refused ones. The page of the user, which is cached, shows
 * the newest of them by a script.
 */
export const userRequestsPage: Action<'userRequests'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async (c, { params: { nick }, query }) => {
      const who = await signIn.reader(c)
      const isOwner = who?.nickname === nick
      const limit = Math.min(readPaging(query).limit, MOST_ROWS)
      const after = readPlace(query.get('after') ?? '')
      const found = await requestsOf(web, nick, { limit, after, isOwner })
      const last = found.more ? found.followed.at(-1) : undefined
      const older = last && links.userRequests({ nick }, { after: placeOf(last) })
      const { baseUrl } = web.settings
      const withdrawals = new Map<string, string | undefined>()
      for (const one of found.followed) {
        withdrawals.set(one.request.uuid, await offeredWithdrawal(web, signIn.signer, who, one))
      }
      const response = wantsJson(c)
        ? Response.json({ requests: await asJson(web, found.followed), next: older && baseUrl + older })
        : readerHtml(
            UserRequestsView({
              layout: { ...layoutOf(web), reader: who?.nickname },
              nick,
              isOwner,
              found,
              older,
              addressOf,
              withdrawals,
              isFirst: after === undefined,
            }),
          )
      return who === undefined ? response : signIn.keep(c, response, who)
    }
  },
}

async function asJson(web: Web, followed: readonly FollowedRequest[]): Promise<object[]> {
  const expected = await expectedOfRequests(web, followed, new Date())
  return followed.map(({ request, asked, progress }) =>
    progressJson(request, asked, progress, web.settings.baseUrl, expected.get(request.uuid)),
  )
}

const addressOf = ({ progress, asked }: FollowedRequest) =>
  progress.state === 'finished' ? runAddress(progress.found, asked) : undefined

const placeOf = ({ request }: FollowedRequest): string => `${request.submitted.getTime()}-${request.uuid}`

/** An invalid position gives the first page. */
function readPlace(text: string): RequestsPage['after'] {
  const [, time, uuid] = /^(\d{1,15})-(.+)$/.exec(text) ?? []
  if (time === undefined || uuid === undefined || !isRequestUuid(uuid)) return undefined
  return { submitted: new Date(Number(time)), uuid }
}
