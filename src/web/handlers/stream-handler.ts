import type { Answerer } from '../http/answerer.ts'
import { noSuchPage } from '../http/error-answers.ts'
import { type RouteReader, readRouteRequest } from './read-route-request.ts'
import { endsWithAnswer } from './stored-body.ts'
import type { StreamWith } from './stream.ts'

/** Answers with what is not kept. */
export function streamHandler<Params>(
  route: RouteReader<Params>,
  handle: ReturnType<StreamWith<Params>['open']>,
): Answerer {
  return async c => {
    const asked = readRouteRequest(route, c.req.url)
    if (asked === undefined) throw noSuchPage()
    return endsWithAnswer(c, async () => {
      const response = await handle(c, asked)
      if (c.req.method !== 'HEAD') return response
      await response.body?.cancel()
      return new Response(null, response)
    })
  }
}
