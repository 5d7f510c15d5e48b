import type { WebSettings } from '../web.ts'

/**
 * What to do with a request that a browser sends with a session: do it, or ask the user first, as another site may
 * have made it; requests that a browser makes in advance are never done.
 */
export type Submission = 'do' | 'ask' | 'never'

/** Headers by their lower-case name. */
type HeaderOf = (name: string) => string | undefined

/** Judges by what browsers say of where a request comes from; programs say nothing, and theirs are done. */
export function judgeSubmission(
  header: HeaderOf,
  { baseUrl, trustedSites }: Pick<WebSettings, 'baseUrl' | 'trustedSites'>,
): Submission {
  if (isAheadOfTime(header)) return 'never'
  const foreign = foreignOrigins(header, baseUrl)
  const isTrusted = foreign.length > 0 && foreign.every(origin => trustedSites.includes(origin))
  const isNavigation = header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document'
  switch (header('sec-fetch-site')) {
    case undefined:
      return foreign.length === 0 || isTrusted ? 'do' : 'ask'
    case 'same-origin':
    case 'none':
      return 'do'
    case 'same-site':
      return isNavigation ? 'do' : 'ask'
    default:
      return isNavigation && isTrusted ? 'do' : 'ask'
  }
}

/**
 * Whether a request certainly comes from a page of this site, from an address that the user entered, or from a
 * program; sister sites and trusted sites count as other sites, and requests that a browser makes in advance count as
 * none of these.
 */
export function isFromHere(header: HeaderOf, { baseUrl }: Pick<WebSettings, 'baseUrl'>): boolean {
  if (isAheadOfTime(header)) return false
  const site = header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return foreignOrigins(header, baseUrl).length === 0
}

function isAheadOfTime(header: HeaderOf): boolean {
  const purpose = `${header('sec-purpose') ?? ''} ${header('purpose') ?? ''} ${header('x-moz') ?? ''}`
  return /\b(prefetch|prerender|preview)\b/i.test(purpose)
}

function foreignOrigins(header: HeaderOf, baseUrl: string): string[] {
  return [header('origin'), header('referer')]
    .filter(value => value !== undefined)
    .map(originOf)
    .filter(origin => origin !== new URL(baseUrl).origin)
}

/** `null` for a hidden origin, and for an invalid address. */
function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : 'null'
}
