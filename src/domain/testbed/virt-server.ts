import { BadInput } from '../errors.ts'

/**
 * The virtualisation server that provides autopkgtest's testbed, and its arguments: the part after `--` on
 * its command line. They are words and never pass through a shell.
 */
export interface VirtServer {
  /** `null`, `schroot`, `unshare`, `lxd`, `qemu`, … (autopkgtest-virt-*). */
  readonly server: string
  /** May contain `$RELEASE`, `$ARCH` and `$PACKAGE`. */
  readonly args: readonly string[]
}

/** A warning about what tests on the null server can do, for operators who are about to allow it. */
export const NULL_WARNING =
  'with the virtualisation "null", tests run on this host itself and as the user of the worker: they may install ' +
  'and remove packages, change or delete any file, and read any secret. Use it on a machine that holds nothing else.'

/**
 * Splits a text into words at blanks; single or double quotes hold a word together. Nothing else is special.
 */
export function splitWords(text: string): string[] {
  const words: string[] = []
  const pattern = /\s*((?:"[^"]*"|'[^']*'|[^\s"'])+)/y
  while (pattern.lastIndex < text.trimEnd().length) {
    const found = pattern.exec(text)
    if (found === null) throw new BadInput('has a quote that is not closed')
    words.push((found[1] as string).replace(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  }
  return words
}

/**
 * Reads `schroot NAME`, `unshare --release $RELEASE`, `null`, …; a colon may replace the first blank,
 * `schroot:NAME`.
 */
export function parseVirtServer(text: string): VirtServer {
  const [server, ...args] = splitWords(text.trim().replace(/^([a-z][a-z0-9-]*):\s*(?=\S)/, '$1 '))
  if (server === undefined || !/^[a-z][a-z0-9-]{0,40}$/.test(server)) {
    throw new BadInput('does not begin with a virtualisation server such as schroot, unshare, lxd or qemu')
  }
  if (server === 'null' && args.length > 0) throw new BadInput('null takes no arguments')
  return { server, args }
}

/**
 * The words for one test. Names of releases, architectures and packages contain nothing that could end a
 * word.
 */
export function virtWords(
  { server, args }: VirtServer,
  test: { readonly release: string; readonly arch: string; readonly package: string },
): string[] {
  const values = { RELEASE: test.release, ARCH: test.arch, PACKAGE: test.package }
  const fill = (word: string) =>
    word.replace(/\$\{?(RELEASE|ARCH|PACKAGE)\b\}?/g, (_, name: keyof typeof values) => values[name])
  return [server, ...args.map(fill)]
}
