import { plainPpa } from '../request/request-fingerprint.ts'
import { isPpaName } from '../request/request-form.ts'
import { isAllProposed, type Run, testnameOf } from '../run/run.ts'

/** The parameters in the `env` of a run's request, as far as they can be passed on to others. */
export interface RequestEnv {
  readonly allProposed: boolean
  readonly testname: string | undefined
  /** `owner/name` each. */
  readonly ppas: readonly string[]
  /** `NAME=value` each. */
  readonly variables: readonly string[]
  /** What was omitted, described without repeating it. */
  readonly leftOut: readonly string[]
}

/** Control characters, invisible ones, and halves of characters: they cannot be copied and pasted. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text)

const PPA = /^ppas?=/
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*=/
/** Characters that may end a URL's host; a login can only come before them. */
const AUTHORITY_END = /[/?#]/

/** Whether there is an `https://user:token@host`; a user alone does not count. */
const hasUrlLogin = (text: string): boolean =>
  text
    .split('://')
    .slice(1)
    .some(rest => {
      const end = rest.search(AUTHORITY_END)
      const authority = end === -1 ? rest : rest.slice(0, end)
      const colon = authority.indexOf(':')
      const at = authority.indexOf('@')
      return colon !== -1 && colon < at
    })

/** Reads the comma-separated `env` of a row; never throws, whatever the row holds. */
export function readRequestEnv(run: Pick<Run, 'env'>): RequestEnv {
  const parts = (run.env ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '' && !/^(?:all-proposed|testname)=/.test(part))
  const leftOut: string[] = []
  const isUsable = (part: string): boolean => {
    const what = leaveOut(part)
    if (what !== undefined) leftOut.push(what)
    return what === undefined
  }
  const ppas = parts.filter(part => PPA.test(part)).map(part => part.replace(PPA, ''))
  if (ppas.some(ppa => ppa.includes('@'))) {
    leftOut.push('The credential of a PPA is left out: only who may read that PPA can run this again.')
  }
  const named = ppas.map(plainPpa).filter(isPpaName)
  if (named.length < ppas.length) leftOut.push('A PPA is left out: it is not of the form owner/name.')
  return {
    allProposed: isAllProposed(run),
    testname: testnameOf(run) || undefined,
    ppas: [...new Set(named)],
    variables: parts.filter(part => !PPA.test(part) && isUsable(part)),
    leftOut: [...new Set(leftOut)],
  }
}

function leaveOut(part: string): string | undefined {
  if (!isPrintable(part)) return 'A variable is left out: it holds control characters.'
  if (!VARIABLE.test(part)) return 'A part of the environment is left out: it is not of the form NAME=value.'
  if (hasUrlLogin(part)) return 'A variable is left out: it holds a credential.'
  return undefined
}
