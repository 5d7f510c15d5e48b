/** The form of the uuids that this site gives to requests (RFC 9562, in lower case). */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Whether a text can be the uuid of a request; others need not be looked up. */
export function isRequestUuid(text: string): boolean {
  return UUID.test(text)
}
