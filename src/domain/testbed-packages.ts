/** Binary packages that were installed in a testbed, by name, with their versions. */
export type TestbedPackages = ReadonlyMap<string, string>

/** Reads `testbed-packages`: a line `name\tversion` each; lines of another form are left out. */
export function parseTestbedPackages(text: string): TestbedPackages {
  const packages = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [name, version] = line.split('\t')
    if (name && version) packages.set(name.trim(), version.trim())
  }
  return packages
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
