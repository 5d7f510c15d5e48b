/**
 * Nothing is loaded from another host, nothing inline is run, and nobody frames us.
 * @param loginOrigin where the answer to a login form may lead, as browsers check that too
 */
export function securityPolicy(loginOrigin?: string): Readonly<Record<string, string>> {
  const formAction = loginOrigin === undefined ? "'self'" : `'self' ${loginOrigin}`
  const rules = [
    "default-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
  ]
  return { 'content-security-policy': rules.join('; ') }
}

/**
 * Sent with every answer; answers that need other rules (files that testers uploaded) bring their own policy.
 */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  ...securityPolicy(),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
}
