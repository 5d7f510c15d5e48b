import type { Context } from 'hono'
import { NotFound } from '../../../../domain/errors.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { type ComparedInstalls, comparedInstalls } from '../../../../queries/compare/compared-installs.ts'
import { type ComparedLogs, comparedLogs } from '../../../../queries/compare/compared-logs.ts'
import type { ComparedRuns } from '../../../../queries/compare/compared-runs.ts'
import { type ComparedTestbeds, comparedTestbeds } from '../../../../queries/compare/compared-testbeds.ts'
import { html, json } from '../../../handlers/page.ts'
import { answerOnce } from '../../../handlers/page-handler.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../../handlers/stream.ts'
import { cached } from '../../../http/headers.ts'
import type { Web } from '../../../web.ts'
import { sendPieces } from '../../logs/log/send-pieces.ts'
import { aroundParts } from './compare.view.ts'
import { compareAsJson } from './compare-json.ts'
import { comparedPair, type NothingEarlier } from './compared-pair.ts'
import { LinesPart } from './lines-part.view.ts'
import { NothingEarlierView } from './nothing-earlier.view.ts'
import { InstallsPart, PART_AWAY, TestbedPart } from './packages-part.view.ts'
import { SincePass } from './since-pass.view.ts'

/** Changes of one kind of list that a page shows, and that JSON gives; all are counted. */
const ON_PAGE = 500
const IN_JSON = 10_000

/**
 * Two runs side by side. What the databases know is sent at once; what has to be read from the store follows as it is
 * read. `brief=1`: a line that says how much changed, for the page of a run to take up.
 */
export const comparePage: Stream<'compare'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params, query }) => {
      const runs = await comparedPair(web, params, query)
      if (query.get('format') === 'json') return answerJson(web, c, runs, closing)
      if ('first' in runs) {
        const page = NothingEarlierView({ layout: layoutOf(web), run: runs.first })
        return answerOnce(c, html(page, 404))
      }
      if (query.get('brief') === '1') {
        const testbeds = await comparedTestbeds(web.store, runs, 0, closing)
        return htmlResponse(SincePass({ layout: layoutOf(web), runs, testbeds }))
      }
      const left = new AbortController()
      const signal = AbortSignal.any([closing, left.signal])
      const page = aroundParts({ layout: layoutOf(web), runs })
      const headers = { 'content-type': 'text/html; charset=utf-8', ...cached('revalidate') }
      if (c.req.method === 'HEAD') return new Response(null, { headers })
      const reader = { destroy: () => left.abort() }
      return sendPieces(pieces(web, runs, page, signal), reader, headers, c.req.header('accept-encoding'))
    },
}

/** The same for programs. */
export const compareJson: Stream<'compareJson'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params, query }) => {
      const runs = await comparedPair(web, params, query)
      return answerJson(web, c, runs, closing)
    },
}

async function answerJson(
  web: Web,
  c: Context,
  runs: ComparedRuns | NothingEarlier,
  signal: AbortSignal,
): Promise<Response> {
  if ('first' in runs) throw new NotFound('There is no earlier run of this test to compare this one with.')
  const testbeds = await comparedTestbeds(web.store, runs, IN_JSON, signal)
  const installs = await comparedInstalls(web.store, runs, testbeds.packages, IN_JSON, signal)
  const logs = await comparedLogs(web.store, runs, signal)
  return answerOnce(c, json(compareAsJson({ runs, testbeds, installs, logs }, web.settings.baseUrl)))
}

type Both = { readonly from: Run; readonly to: Run }

async function* pieces(
  web: Web,
  runs: Both,
  page: { before: string; after: string },
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield page.before
  const part = async <T>(reading: Promise<T>, show: (found: T) => unknown): Promise<string> => {
    try {
      return String(show(await reading))
    } catch (error) {
      if (!signal.aborted) web.log.warn({ err: error }, 'a part of a comparison could not be read')
      return String(PART_AWAY)
    }
  }
  const testbeds: Promise<ComparedTestbeds> = comparedTestbeds(web.store, runs, ON_PAGE, signal)
  yield part(testbeds, found => TestbedPart({ runs, testbeds: found }))
  const installs: Promise<ComparedInstalls> = testbeds.then(({ packages }) =>
    comparedInstalls(web.store, runs, packages, ON_PAGE, signal),
  )
  yield part(installs, found => InstallsPart({ installs: found }))
  const logs: Promise<ComparedLogs> = comparedLogs(web.store, runs, signal)
  yield part(logs, found => LinesPart({ runs, logs: found }))
  yield page.after
}
