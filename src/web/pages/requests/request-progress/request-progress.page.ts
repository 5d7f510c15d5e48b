import { liveLog } from '../../../../queries/queues/live-log.ts'
import { expectedOfRequests } from '../../../../queries/requests/expected-of-requests.ts'
import { requestProgress } from '../../../../queries/requests/request-progress.ts'
import { askedFor } from '../../../../queries/runs/request-run.ts'
import { shownLog } from '../../../events/live-log.stream.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { wantsJson } from '../../../http/error-answers.ts'
import { readableRequest } from '../../../parameters/readable-request.ts'
import { runAddress } from '../../../parameters/run-address.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import { progressJson } from './progress-json.ts'
import { RequestProgressView } from './request-progress.view.ts'
import { offeredWithdrawal } from './withdrawal.ts'

/** `/requests/<uuid>`: how far a request has come, for people and programs. */
export const requestProgressPage: Action<'requestProgress'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async (c, { params }) => {
      const { request, who } = await readableRequest(web, params.uuid, () => signIn.reader(c))
      const progress = await requestProgress(web, request)
      const asked = askedFor(request)
      const id = progress.state === 'running' ? progress.test.id : undefined
      const kept = id === undefined ? undefined : await liveLog(web, id)
      const log = id === undefined || kept === undefined ? undefined : shownLog(id, kept)
      const expected = (await expectedOfRequests(web, [{ request, progress }], new Date())).get(request.uuid)
      const address = progress.state === 'finished' ? runAddress(progress.found, asked) : undefined
      const withdrawal = await offeredWithdrawal(web, signIn.signer, who, { request, progress })
      const layout = { ...layoutOf(web), reader: who?.nickname }
      const response = wantsJson(c)
        ? Response.json(progressJson(request, asked, progress, web.settings.baseUrl, expected))
        : readerHtml(
            RequestProgressView({ layout, request, asked, progress, address, withdrawal, log, expected }),
          )
      return who === undefined ? response : signIn.keep(c, response, who)
    }
  },
}
