import type { Context } from 'hono'
import { BadInput, isFailure } from '../../../../domain/errors.ts'
import type { Run } from '../../../../domain/run/run.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { retryPlan } from '../../../../domain/trigger/retry-plan.ts'
import { previewRetries } from '../../../../operations/requests/preview-retries.ts'
import { requestTests } from '../../../../operations/requests/request-tests.ts'
import type { Asker } from '../../../../operations/requests/submit-requests.ts'
import { failedRun, heldUpBy } from '../../../../queries/triggers/regressions.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { readForm } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { clientAddress } from '../../../http/limits/client-address.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { links } from '../../../links.ts'
import { type HowToRetry, readRetryHow } from '../../../parameters/regression-filter.ts'
import { confirmationToken, isConfirmed } from '../../../sign-in/confirmation.ts'
import { type SignIn, signInOf } from '../../../sign-in/open-sign-in.ts'
import type { SignedIn } from '../../../sign-in/session.ts'
import type { Web } from '../../../web.ts'
import { AnonymousView, PreviewedRetriesView, RetriedView, type RetryOutcome } from './retries.view.ts'

/** The number of runs that can be retried at once; their names fit into one address. */
const MOST = 100
/** Longer than any name of a run. */
const LONGEST = 400

/**
 * `/retries?run=…&run=…`: what would become of several runs if they were tried again, as `/request.cgi` would, as
 * they were or as `how` and `add` say; posted from there, it is done. Only what this page has just shown to the same
 * session is ever done.
 */
export const retriesPage: Action<'retries'> = {
  methods: ['GET', 'POST'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const query = new URLSearchParams(splitUrl(c.req.url).query)
      const form = c.req.method === 'POST' ? await readForm(c) : query
      const names = [...new Set(form.getAll('run').filter(Boolean))]
      const runs = readRuns(names)
      const retrying = readRetryHow(form)
      const who = await signIn.reader(c)
      if (who === undefined) {
        const next = `${web.settings.baseUrl}${links.retries({ run: names, ...givenHow(retrying) })}`
        return readerHtml(AnonymousView({ layout: layoutOf(web), count: runs.length, next }), 403)
      }
      const token = c.req.method === 'POST' ? (form.get('confirm') ?? '') : ''
      const isWanted = await isConfirmed(signIn.signer, who, confirmed(names, retrying), token, Date.now())
      const { group: address } = clientAddress(c, web.settings.trustedProxies)
      const asker: Asker = { requester: who.nickname, source: 'page', address }
      const answer = isWanted
        ? await retry(web, runs, retrying, asker)
        : await preview(c, web, signIn, who, { names, runs, retrying, asker })
      return signIn.keep(c, answer, who)
    }
  },
}

/** Never the query of a request: that has no blanks. */
const confirmed = (names: readonly string[], { how, added }: HowToRetry): string =>
  `retries ${names.join('\n')}\n${how}\n${added.join(' ')}`

/** As the address has it: nothing where nothing was chosen. */
const givenHow = ({ how, added }: HowToRetry) => ({
  how: how === 'as it was' ? undefined : how,
  add: added.join(' '),
})

function readRuns(names: readonly string[]): RunKey[] {
  if (names.length > MOST) throw new BadInput(`At most ${MOST} runs can be retried at once.`)
  return names.map(name => {
    const parts = name.length > LONGEST ? [] : name.split('/')
    const [release, arch, runId] = parts.slice(-3)
    const package_ = parts.slice(0, -3).join('/')
    if (!package_ || !release || !arch || !runId) {
      throw new BadInput('A run is written package/release/arch/run id.')
    }
    return { package: package_, release, arch, runId }
  })
}

interface Wanted {
  readonly key: RunKey
  /** Undefined if there is no such run. */
  readonly run: Run | undefined
  /** The parameters of the request that tries it again. */
  readonly query: URLSearchParams
}

async function findWanted(web: Web, keys: readonly RunKey[], { how, added }: HowToRetry): Promise<Wanted[]> {
  const runs = await Promise.all(keys.map(key => web.results.run(key)))
  const wanted: Wanted[] = []
  for (const [index, key] of keys.entries()) {
    const run = runs[index]
    const heldUp = how === 'once' && run !== undefined ? await heldUpBy(web, run) : []
    const plan = run && retryPlan(failedRun(run, heldUp), how, added)
    const href = links.retry(key, plan?.triggers ?? [], plan?.allProposed ?? false)
    wanted.push({ key, run, query: new URLSearchParams(href.slice(href.indexOf('?'))) })
  }
  return wanted
}

async function preview(
  c: Context,
  web: Web,
  signIn: SignIn,
  who: SignedIn,
  {
    names,
    runs,
    retrying,
    asker,
  }: { names: readonly string[]; runs: readonly RunKey[]; retrying: HowToRetry; asker: Asker },
): Promise<Response> {
  const wanted = await findWanted(web, runs, retrying)
  const known = wanted.filter(one => one.run !== undefined)
  const queries = known.map(one => one.query)
  const { retries, limited } = await previewRetries(web, web.settings, queries, asker, new Date())
  const rows = wanted.map(({ key, run }) => {
    const retried = run && retries[known.findIndex(one => one.key === key)]
    return { key, run, preview: retried }
  })
  const view = PreviewedRetriesView({
    layout: { ...layoutOf(web), reader: who.nickname },
    rows,
    names,
    retrying,
    limited,
    token: await confirmationToken(signIn.signer, who, confirmed(names, retrying), Date.now()),
    isAgain: c.req.method === 'POST',
  })
  return readerHtml(view)
}

/** Asks for one after the other, each with all checks of its own; what is refused does not keep back the others. */
async function retry(
  web: Web,
  runs: readonly RunKey[],
  retrying: HowToRetry,
  asker: Asker,
): Promise<Response> {
  const rows: { key: RunKey; run: Run | undefined; outcome: RetryOutcome }[] = []
  let isAway = false
  for (const { key, run, query } of await findWanted(web, runs, retrying)) {
    const outcome: RetryOutcome =
      run === undefined ? 'no such run' : isAway ? 'away' : await retryOne(web, query, asker)
    isAway ||= outcome === 'away'
    rows.push({ key, run, outcome })
  }
  return readerHtml(RetriedView({ layout: { ...layoutOf(web), reader: asker.requester }, rows }))
}

async function retryOne(web: Web, query: URLSearchParams, asker: Asker): Promise<RetryOutcome> {
  try {
    return await requestTests(web, web.settings, query, asker, web.settings.baseUrl)
  } catch (error) {
    if (!isFailure(error) || error.kind !== 'unavailable') throw error
    web.log.warn({ err: error }, 'could not retry a run: a backend is unavailable')
    return 'away'
  }
}
