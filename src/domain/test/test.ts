/** A *test* is the triple of release, arch and package; a *run* is one execution of it. */
export interface TestKey {
  readonly release: string
  readonly arch: string
  readonly package: string
}

export interface RunKey extends TestKey {
  readonly runId: string
}

/** Debian source package names as the request page has always accepted them. */
const PACKAGE = /^[a-z0-9][a-z0-9.+-]+$/
/** Release and arch names have no dash: workers split a queue's name at dashes. */
const RELEASE_OR_ARCH = /^[a-z0-9][a-z0-9._+~]*$/

/** The pattern a source package's name must match, as clients and workers know it. */
export function isPackageName(name: string): boolean {
  return name.length <= 120 && PACKAGE.test(name)
}

export function isReleaseName(name: string): boolean {
  return name.length <= 40 && RELEASE_OR_ARCH.test(name)
}

export function isArchName(name: string): boolean {
  return name.length <= 40 && RELEASE_OR_ARCH.test(name)
}

/** The pool-style prefix of a package in object names and old links: `libx` for `libxml2`, else a letter. */
export function packagePrefix(packageName: string): string {
  return packageName.startsWith('lib') ? packageName.slice(0, 4) : packageName.slice(0, 1)
}

/** A text that identifies a test, usable as a map's key: no name contains a slash. */
export function testId(test: TestKey): string {
  return `${test.release}/${test.arch}/${test.package}`
}
