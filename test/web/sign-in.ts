import type { Site } from './site.ts'

/** Logs in as browsers do, and returns the `Cookie` header of the session. */
export async function signedInAs(site: Site, user: string, next = '/'): Promise<{ cookie: string }> {
  const answer = await site.app.request('http://localhost/login', {
    method: 'POST',
    headers: { origin: 'http://localhost', 'content-type': 'application/x-www-form-urlencoded' },
    body: String(new URLSearchParams({ next, user })),
  })
  const cookies = answer.headers.getSetCookie().map(cookie => cookie.split(';')[0] as string)
  if (!cookies.some(cookie => /^(__Host-)?session=/.test(cookie)))
    throw new Error(`${user} was not signed in`)
  return { cookie: cookies.join('; ') }
}
