import type { RunKey } from '../test/test.ts'

const PLAIN = /^[\w.~@+-]*$/

/** A name as one segment of a path. `@` is not encoded: clients search the HTML for run ids. */
export function encodeName(name: string): string {
  // The fast path for nearly all names: a page of a hundred rows encodes a thousand
  if (PLAIN.test(name)) return name
  return encodeURIComponent(name).replace(/%40/g, '@').replace(/%2B/g, '+')
}

/** The path of the page that shows a log of any public container. */
export function runLogPath(container: string, run: RunKey): string {
  const { release, arch, runId } = run
  return `/logs/${[container, release, arch, run.package, runId].map(encodeName).join('/')}`
}
