/** Headers for what a tester uploaded: it must not run under our name, whatever it is. */
export const UPLOADED_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
}
