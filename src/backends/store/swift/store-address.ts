import { BadInput } from '../../../domain/errors.ts'

/** Throws {@link BadInput} unless it is the address of an HTTP server without credentials in it. */
export function parseStoreAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new BadInput('the address of an object store must be http:// or https:// without a password in it')
  }
  return url
}
