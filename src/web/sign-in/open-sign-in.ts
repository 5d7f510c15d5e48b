import type { Context } from 'hono'
import type { Web } from '../web.ts'
import { keepSession, keepTakenOver, readSession, type SignedIn } from './session.ts'
import { openSigner, type Signer } from './signer.ts'

/** Sessions of browsers, for actions that need to know the user. */
export interface SignIn {
  readonly signer: Signer
  /** The user of the session. */
  reader(c: Context): Promise<SignedIn | undefined>
  /** The same answer, with which the browser keeps the session for another month. */
  keep(c: Context, response: Response, who: SignedIn): Promise<Response>
  /** The same answer, with the cookie that it must bring if reading the session changed it. */
  finish(c: Context, response: Response): Promise<Response>
}

const opened = new WeakMap<object, SignIn>()

/** The sign-in of a website; the same for all its actions. */
export function signInOf(web: Web): SignIn {
  const known = opened.get(web)
  if (known !== undefined) return known
  const signer = openSigner(web.state.signing)
  const signIn: SignIn = {
    signer,
    reader: c => readSession(c, web, signer),
    keep: (c, response, who) => keepSession(c, response, web, signer, who),
    finish: (c, response) => keepTakenOver(c, response, web, signer),
  }
  opened.set(web, signIn)
  return signIn
}
