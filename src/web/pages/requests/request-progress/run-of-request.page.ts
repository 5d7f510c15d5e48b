import { NotFound } from '../../../../domain/errors.ts'
import { askedFor, findRequestRun } from '../../../../queries/runs/request-run.ts'
import { type Action, leadTo } from '../../../handlers/action.ts'
import { readableRequest } from '../../../parameters/readable-request.ts'
import { runAddress } from '../../../parameters/run-address.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'

/** `/run/<uuid>` and `/run/<uuid>/log`: lead to the run of a request, and are 404 until it has ended. */
const leadToRun = (part: 'run' | 'log'): Action<'runOfRequest'> => ({
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async (c, { params }) => {
      const { request } = await readableRequest(web, params.uuid, () => signIn.reader(c))
      const found = await findRequestRun(web, request)
      if (found === undefined) throw new NotFound('This request has no result yet.')
      return leadTo(runAddress(found, askedFor(request))[part])
    }
  },
})

export const runOfRequest = leadToRun('run')
export const logOfRequest = leadToRun('log')
