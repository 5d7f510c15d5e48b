import { Conflict, Forbidden } from '../../../../domain/errors.ts'
import { withdrawRequest } from '../../../../operations/requests/withdraw-request.ts'
import { requestProgress } from '../../../../queries/requests/request-progress.ts'
import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { readForm } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { readableRequest } from '../../../parameters/readable-request.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import { WithdrawAgainView } from './withdraw.view.ts'
import { canBeWithdrawn, isWithdrawalConfirmed, mayWithdraw, withdrawalToken } from './withdrawal.ts'

/**
 * `/requests/<uuid>/withdraw`: takes a request out of its queue, for who asked for it and for admins. Only the button
 * of this site does it, pressed in the session that it was made for.
 */
export const withdrawRequestPage: Action<'withdrawal'> = {
  methods: ['POST'],
  open(web) {
    const { signer, reader, keep } = signInOf(web)
    return async (c, { params }) => {
      const { request, who } = await readableRequest(web, params.uuid, () => reader(c))
      if (who === undefined) throw new Forbidden('You are not logged in: only its requester may withdraw it.')
      if (!(await mayWithdraw(web, who, request)))
        throw new Forbidden('Only its requester and the admins of this site may withdraw it.')
      const token = (await readForm(c)).get('confirm') ?? ''
      if (!(await isWithdrawalConfirmed(signer, who, request, token))) {
        const layout = { ...layoutOf(web), reader: who.nickname }
        const again = await withdrawalToken(signer, who, request)
        return keep(c, readerHtml(WithdrawAgainView({ layout, request, token: again }), 403), who)
      }
      if (request.state !== 'removed') {
        const progress = await requestProgress(web, request)
        const isDone =
          canBeWithdrawn(request, progress) && (await withdrawRequest(web, request, who.nickname, new Date()))
        if (!isDone) throw new Conflict(NOT_THERE)
      }
      return keep(c, leadTo(links.requestProgress({ uuid: request.uuid })), who)
    }
  },
}

const NOT_THERE =
  'It was not found in its queue, and nothing was changed: a worker has taken it, or the queue is being read at ' +
  'the moment. Its page shows its state; if it is still waiting, try again.'
