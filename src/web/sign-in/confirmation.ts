import type { SignedIn } from './session.ts'
import type { Signer } from './signer.ts'

const GOOD_FOR_MS = 10 * 60_000
/** So far the clocks of two websites may differ. */
const CLOCK_SLACK_MS = 60_000
const PURPOSE = 'confirmation'

const textOf = (who: SignedIn, query: string, until: string): string => `${who.secret}\0${until}\0${query}`

/** What a form of this site posts to say that its reader wants just this request; good for ten minutes. */
export async function confirmationToken(
  signer: Signer,
  who: SignedIn,
  query: string,
  now: number,
): Promise<string> {
  const until = String(now + GOOD_FOR_MS)
  return `${until}.${await signer.sign(PURPOSE, textOf(who, query, until))}`
}

/** Whether a token was made for this session and this request, and is good still. */
export async function isConfirmed(
  signer: Signer,
  who: SignedIn,
  query: string,
  token: string,
  now: number,
): Promise<boolean> {
  const [, until, signature] = /^(\d{1,16})\.([\w-]{43})$/.exec(token) ?? []
  if (until === undefined || signature === undefined) return false
  // One from further ahead was made while a clock was wrong, and would be good for as long
  if (Number(until) <= now || Number(until) > now + GOOD_FOR_MS + CLOCK_SLACK_MS) return false
  return signer.isSigned(PURPOSE, textOf(who, query, until), signature)
}
