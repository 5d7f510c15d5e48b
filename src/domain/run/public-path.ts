import type { RunKey } from '../test/test.ts'

const PLAIN = /^[\w.~@+-]*$/

/** A name as one segment of a path. `@` stays: clients look for run ids in the HTML. */
export function encodeName(name: string): string {
  // Nearly all names: a page of a hundred rows encodes a thousand
  if (PLAIN.test(name)) return name
  return encodeURIComponent(name).replace(/%40/g, '@').replace(/%2B/g, '+')
}

/** Where the site shows a log of any public container inside its pages. */
export function runLogPath(container: string, run: RunKey): string {
  const { release, arch, runId } = run
  return `/logs/${[container, release, arch, run.package, runId].map(encodeName).join('/')}`
}
