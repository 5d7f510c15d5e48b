/** Binary packages that were installed in a testbed, by name, with their versions. */
export type TestbedPackages = ReadonlyMap<string, string>

/** Limits on what is read of a list. */
export interface ListLimits {
  readonly packages: number
  readonly characters: number
}

/** Real testbeds have a few thousand packages, with about forty characters each including the version. */
const LIMITS: ListLimits = { packages: 10_000, characters: 1024 * 1024 }
/** A longer line is not one of dpkg's. */
const LONGEST_LINE = 1000
/** The number of lines in one step: a fraction of a millisecond. */
const STEP = 2000

export interface TestbedList {
  readonly packages: TestbedPackages
  /** Whether there are more, which were not read. */
  readonly isCut: boolean
}

/**
 * Reads `testbed-packages`: one line `name\tversion` each, within limits; lines of another form are omitted.
 */
export function parseTestbedPackages(text: string): TestbedList {
  const steps = readPackages(text, LIMITS)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * The same in steps, for lists that may be long; the lists of single tests, `TEST-packages`, have the same
 * form.
 */
export function* readPackages(text: string, limits: ListLimits): Generator<void, TestbedList> {
  const packages = new Map<string, string>()
  for (let start = 0, lines = 1; start < text.length; lines++) {
    if (packages.size === limits.packages || start > limits.characters) return { packages, isCut: true }
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const [name, version] = end - start > LONGEST_LINE ? [] : text.slice(start, end).split('\t')
    if (name && version) packages.set(name.trim(), version.trim())
    start = end + 1
    if (lines % STEP === 0) yield
  }
  return { packages, isCut: false }
}

/** A difference of a testbed from the one before. */
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
