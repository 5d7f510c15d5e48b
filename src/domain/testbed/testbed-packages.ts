/** Binary packages that were installed in a testbed, by name, with their versions. */
export type TestbedPackages = ReadonlyMap<string, string>

/** Real testbeds have some thousand packages, of some forty characters with their versions. */
const MOST_PACKAGES = 10_000
const MOST_CHARACTERS = 1024 * 1024
/** A longer line is none of dpkg's. */
const LONGEST_LINE = 1000

export interface TestbedList {
  readonly packages: TestbedPackages
  /** Whether there are more, which were not read. */
  readonly isCut: boolean
}

/** Reads `testbed-packages`: a line `name\tversion` each, as far as that is bounded; lines of another form are left out. */
export function parseTestbedPackages(text: string): TestbedList {
  const packages = new Map<string, string>()
  for (let start = 0; start < text.length; ) {
    if (packages.size === MOST_PACKAGES || start > MOST_CHARACTERS) return { packages, isCut: true }
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const [name, version] = end - start > LONGEST_LINE ? [] : text.slice(start, end).split('\t')
    if (name && version) packages.set(name.trim(), version.trim())
    start = end + 1
  }
  return { packages, isCut: false }
}

/** What is different in one testbed from the one before. */
export interface TestbedChange {
  readonly name: string
  /** Undefined if the package is new. */
  readonly before: string | undefined
  /** Undefined if the package is gone. */
  readonly after: string | undefined
}

/** Differences by name. */
export function compareTestbeds(before: TestbedPackages, after: TestbedPackages): TestbedChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names
    .map(name => ({ name, before: before.get(name), after: after.get(name) }))
    .filter(change => change.before !== change.after)
}
