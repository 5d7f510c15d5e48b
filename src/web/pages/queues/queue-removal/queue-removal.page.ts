import type { Context } from 'hono'
import { printRemovedRequest } from '../../../../contracts/messages/removed-request.ts'
import { BadInput, Forbidden, NotFound } from '../../../../domain/errors.ts'
import { allQueues, type QueueKey, queueName } from '../../../../domain/queue/queue-name.ts'
import { isSelective, type RequestCriteria } from '../../../../domain/queue/request-criteria.ts'
import { MOST_AT_ONCE, removeAsAdmin } from '../../../../operations/queues/remove-as-admin.ts'
import { waitingRequests } from '../../../../queries/queues/waiting-requests.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { readForm } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { links } from '../../../links.ts'
import type { RouteParams } from '../../../routes.ts'
import { isAdmin } from '../../../sign-in/admins.ts'
import { confirmationToken, isConfirmed } from '../../../sign-in/confirmation.ts'
import { type SignIn, signInOf } from '../../../sign-in/open-sign-in.ts'
import type { SignedIn } from '../../../sign-in/session.ts'
import type { Web } from '../../../web.ts'
import { AnonymousView, MOST_ROWS, RemovalView, RemovedView } from './queue-removal.view.ts'

/** The values of one criterion. */
const MOST_VALUES = 50
const DAY_MS = 24 * 60 * 60_000

/**
 * `/queues/<context>/<release>/<arch>/remove?package=…&trigger=…&requester=…&days=…&duplicates=1&obsolete=1`,
 * for admins: waiting requests of a queue that match. Posted from there, it removes all of them or the selected ones,
 * and shows these in the format of `queue restore`.
 */
export const queueRemovalPage: Action<'queueRemoval'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    return async (c, { params }) => {
      const { path, query } = splitUrl(c.req.url)
      const who = await signIn.reader(c)
      if (who === undefined) {
        const next = `${web.settings.baseUrl}${path}${query === '' ? '' : `?${query}`}`
        return readerHtml(AnonymousView({ layout: layoutOf(web), next }), 403)
      }
      if (!(await isAdmin(web, who))) throw new Forbidden('Only admins of this site may remove requests.')
      const queue = findQueue(web, params)
      const asked = new URLSearchParams(query)
      const days = readDays(asked)
      const criteria = readCriteria(asked, days)
      const fields = c.req.method === 'POST' ? await readForm(c) : undefined
      if (fields === undefined) {
        return signIn.keep(c, await preview(c, web, signIn, who, { queue, criteria, days }), who)
      }
      const only = fields.get('which') === 'all' ? undefined : new Set(fields.getAll('only'))
      const token = fields.get('confirm') ?? ''
      const subject = confirmed(queue, criteria, days)
      const isFromHere = await isConfirmed(signIn.signer, who, subject, token, Date.now())
      const problem = isFromHere ? lacking(criteria, only) : OLD
      const answer =
        problem === undefined
          ? await remove(web, who, queue, { criteria, only })
          : await preview(c, web, signIn, who, { queue, criteria, days, problem })
      return signIn.keep(c, answer, who)
    }
  },
}

const OLD = 'Nothing was removed: the page was out of date.'

/** What is missing for anything to be removed. */
function lacking(criteria: RequestCriteria, only: ReadonlySet<string> | undefined): string | undefined {
  if (only === undefined ? isSelective(criteria) : only.size > 0) return undefined
  return 'Nothing was removed: no request was selected.'
}

/** Never the query of a request: that has no blanks. Days ago is another time at each look. */
const confirmed = (queue: QueueKey, criteria: RequestCriteria, days: number | undefined): string =>
  `remove ${queueName(queue)} ${JSON.stringify({ ...criteria, before: days })}`

function findQueue({ settings }: Web, { context, release, arch }: RouteParams<'queueRemoval'>): QueueKey {
  const queue = allQueues(settings.releases, settings.arches).find(
    one => one.context === context && one.release === release && one.arch === arch,
  )
  if (queue === undefined) throw new NotFound('There is no such queue.')
  return queue
}

function readDays(query: URLSearchParams): number | undefined {
  const text = query.get('days')?.trim() ?? ''
  if (text === '') return undefined
  if (!/^\d{1,4}$/.test(text)) throw new BadInput('The number of days must be a whole number.')
  return Number(text)
}

function readCriteria(query: URLSearchParams, days: number | undefined): RequestCriteria {
  const [packages, triggers, requesters] = ['package', 'trigger', 'requester'].map(name => {
    const values = query.getAll(name).join(' ').split(/\s+/).filter(Boolean)
    if (values.length > MOST_VALUES)
      throw new BadInput(`At most ${MOST_VALUES} values can be given for each criterion.`)
    return values.length > 0 ? values : undefined
  })
  return {
    ...(packages && { packages }),
    ...(triggers && { triggers }),
    ...(requesters && { requesters }),
    ...(days !== undefined && { before: Date.now() - days * DAY_MS }),
    ...(query.get('duplicates') === '1' && { duplicates: true }),
    ...(query.get('obsolete') === '1' && { obsolete: true }),
  }
}

async function preview(
  c: Context,
  web: Web,
  { signer }: SignIn,
  who: SignedIn,
  {
    queue,
    criteria,
    days,
    problem,
  }: { queue: QueueKey; criteria: RequestCriteria; days: number | undefined; problem?: string },
): Promise<Response> {
  const most = isSelective(criteria) ? Number.MAX_SAFE_INTEGER : MOST_ROWS
  const found = await waitingRequests(web, queue, criteria, most)
  const { query } = splitUrl(c.req.url)
  const view = RemovalView({
    layout: { ...layoutOf(web), reader: who.nickname },
    queue,
    criteria,
    days,
    found,
    problem,
    most: MOST_AT_ONCE,
    action: `${links.queueRemoval(queue)}${query === '' ? '' : `?${query}`}`,
    token: await confirmationToken(signer, who, confirmed(queue, criteria, days), Date.now()),
  })
  return readerHtml(view, problem === undefined ? 200 : 403)
}

async function remove(
  web: Web,
  who: SignedIn,
  queue: QueueKey,
  choice: Parameters<typeof removeAsAdmin>[2],
): Promise<Response> {
  const removal = await removeAsAdmin(web, queue, choice, who.nickname, new Date())
  const layout = { ...layoutOf(web), reader: who.nickname }
  const name = queueName(queue)
  const kept = removal.removed.map(message => printRemovedRequest({ queue: name, ...message })).join('')
  return readerHtml(RemovedView({ layout, queue, removal, kept }))
}
