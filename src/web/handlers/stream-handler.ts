import { clientAddress } from '../http/client-address.ts'
import { answerError, answerNotFound, answerText } from '../http/errors.ts'
import { atEnd } from '../http/observe.ts'
import { SECURITY_HEADERS } from '../http/security-headers.ts'
import type { StreamLimit } from '../http/stream-limit.ts'
import type { Web } from '../web.ts'
import type { Answerer } from './page-handler.ts'
import { type Reading, readRequest } from './route-request.ts'
import { endWithAnswer } from './stored-body.ts'
import type { StreamWith } from './stream.ts'

/**
 * Answers with what is not kept, as long as the reader's address has not too much open.
 * @param limit undefined for what does not count
 */
export function streamHandler<Params>(
  web: Web,
  route: Reading<Params>,
  handle: ReturnType<StreamWith<Params>['open']>,
  limit: StreamLimit | undefined,
): Answerer {
  return async c => {
    const asked = readRequest(route, c.req.url)
    if (asked === undefined) return answerNotFound(web, c)
    const release = await limit?.take(clientAddress(c, web.settings.trustedProxies).group)
    if (limit !== undefined && release === undefined) {
      return answerText(web, c, tooMany(web.settings.streams), { 'retry-after': '10' })
    }
    atEnd(c, () => release?.())
    try {
      const response = await handle(c, asked)
      endWithAnswer(c, c.req.method === 'HEAD' ? undefined : response)
      if (c.req.method === 'HEAD') await response.body?.cancel()
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        if (!response.headers.has(name)) response.headers.set(name, value)
      }
      return response
    } catch (error) {
      endWithAnswer(c, undefined)
      return answerError(web, c, error)
    }
  }
}

const tooMany = (streams: number) =>
  ({
    status: 429,
    title: 'Too many at once',
    explanation: `Your address has ${streams} logs and live pages open, as many as it may. Close one and try again.`,
  }) as const
