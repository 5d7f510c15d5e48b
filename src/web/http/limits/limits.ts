import type { Context } from 'hono'
import { passOverBody } from '../../handlers/body.ts'
import type { Web } from '../../web.ts'
import type { Middleware } from '../answerer.ts'
import { answerText } from '../error-answers.ts'
import { atEnd } from '../observe.ts'
import { LONGEST_URL } from '../request-target.ts'
import { clientAddress } from './client-address.ts'
import { POSTS_AT_ONCE } from './stream-limit.ts'

/** Refuses an address that is longer than is read. */
export const lengthLimited =
  (web: Web): Middleware =>
  answer =>
  c => {
    if (c.req.url.length <= LONGEST_URL) return answer(c)
    const explanation = `Addresses may have at most ${LONGEST_URL.toLocaleString('en-GB')} characters.`
    return answerText(web, c, { status: 414, title: 'Address too long', explanation })
  }

/** Has an address that asks too fast wait; costs nothing where that is not limited. */
export function paced(web: Web): Middleware {
  const { pagesPerSecond, trustedProxies } = web.settings
  if (pagesPerSecond === 0) return answer => answer
  const explanation = `Your address may request ${pagesPerSecond} pages per second.`
  const text = { status: 429, title: 'Too many requests', explanation } as const
  return answer => c => {
    const admitted = web.commons.admitPage(clientAddress(c, trustedProxies).group)
    const go = (isAdmitted: boolean) =>
      isAdmitted ? answer(c) : answerText(web, c, text, { 'retry-after': '1' })
    return admitted instanceof Promise ? admitted.then(go) : go(admitted)
  }
}

/** Refuses what an address opens beyond what it may have open; counted until the answer has ended. */
export function streamsLimited(web: Web): Middleware {
  const { streams, trustedProxies } = web.settings
  const explanation = `Your address has ${streams} logs and live pages open, which is the limit. Close one and try again.`
  const text = { status: 429, title: 'Too many at once', explanation } as const
  return answer => async c => {
    const release = await web.commons.streams.take(clientAddress(c, trustedProxies).group)
    if (release === undefined) return answerText(web, c, text, { 'retry-after': '10' })
    atEnd(c, release)
    return answer(c)
  }
}

/** Refuses forms of an address beyond what it may be sending; counted until they are answered. */
export const postsLimited =
  (web: Web): Middleware =>
  answer =>
  async c => {
    if (c.req.method !== 'POST') return answer(c)
    const release = await web.commons.posts.take(clientAddress(c, web.settings.trustedProxies).group)
    if (release === undefined) return answerTooMany(web, c)
    try {
      return await answer(c)
    } finally {
      release()
    }
  }

async function answerTooMany(web: Web, c: Context): Promise<Response> {
  await passOverBody(c)
  const explanation = `Your address is sending ${POSTS_AT_ONCE} forms at this moment, which is the limit.`
  const text = { status: 429, title: 'Too many at once', explanation } as const
  return answerText(web, c, text, { 'retry-after': '5', connection: 'close' })
}
