import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Signing } from '../../backends/state/signing.ts'
import { keptAnswers } from '../../domain/time/kept-answers.ts'

/** Signs what goes through other hands, for one purpose each, and knows it again. */
export interface Signer {
  sign(purpose: string, text: string): Promise<string>
  /** Whether a signature is ours, by any key that is still known. */
  isSigned(purpose: string, text: string, signature: string): Promise<boolean>
}

/** Keys are read again after so long: a key that was forgotten at once is forgotten on every website by then. */
const KEEP_MS = 10_000

/** @param signing the keys; asked seldom, whatever strangers send */
export function openSigner(signing: Signing): Signer {
  const known = keptAnswers(1)
  const keys = () =>
    known.get(
      'keys',
      () => signing.keys(new Date()),
      () => KEEP_MS,
    )

  return {
    sign: async (purpose, text) => signatureOf((await keys())[0], purpose, text).toString('base64url'),
    async isSigned(purpose, text, signature) {
      const given = Buffer.from(signature, 'base64url')
      return (await keys()).some(key => {
        const right = signatureOf(key, purpose, text)
        return given.length === right.length && timingSafeEqual(given, right)
      })
    },
  }
}

const signatureOf = (key: string, purpose: string, text: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}\0${text}`).digest()
