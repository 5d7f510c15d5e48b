/** The form of the uuids that requests are given here (RFC 9562, in lower case). */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text can be the uuid of a request: what cannot is not asked for. */
export function isRequestUuid(text: string): boolean {
  return UUID.test(text)
}
