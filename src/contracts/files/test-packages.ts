import type { Readable } from 'node:stream'
import { BadInput } from '../../domain/errors.ts'
import { readArtifacts } from './artifacts-tar.ts'

/**
 * autopkgtest(1)'s name for the list of packages that were installed for one test: `TEST-packages`, beside
 * its other files.
 */
const ENDING = '-packages'
/** The list of the testbed before all tests; it is in `result.tar`, too. */
const OF_TESTBED = 'testbed-packages'

export interface TestPackages {
  /** The text of each test's list, one line `name\tversion` each. */
  readonly lists: ReadonlyMap<string, string>
  /** Why there may be more lists; undefined if they are complete. */
  readonly fault: string | undefined
}

export interface TestPackagesLimits {
  /** The greatest size of the inflated archive that is read, in bytes. */
  readonly bytes: number
  readonly files: number
  readonly lists: number
  /** The greatest size of all lists together. */
  readonly listBytes: number
}

/** Lists have a few kilobytes. Workers write them after the tests' artifacts, which may be large. */
const LIMITS: TestPackagesLimits = {
  bytes: 128 * 1024 * 1024,
  files: 10_000,
  lists: 100,
  listBytes: 4 * 1024 * 1024,
}

/**
 * The lists of packages that each test installed, from `artifacts.tar.gz` as it streams by. Faults of the
 * archive, or exceeded limits, are returned with the lists that were found; an error of `source` is thrown
 * unchanged.
 */
export async function readTestPackages(source: Readable, limits = LIMITS): Promise<TestPackages> {
  const lists = new Map<string, string>()
  try {
    let bytes = 0
    for await (const file of readArtifacts(source, limits)) {
      const test = testOf(file.name)
      if (test === undefined) continue
      bytes += file.bytes
      if (lists.size === limits.lists || bytes > limits.listBytes)
        throw new BadInput('there are more lists of packages than can be compared')
      lists.set(test, await textOf(file))
    }
    return { lists, fault: undefined }
  } catch (error) {
    if (error instanceof BadInput) return { lists, fault: error.message }
    throw error
  }
}

function testOf(name: string): string | undefined {
  if (name.includes('/') || name === OF_TESTBED || !name.endsWith(ENDING)) return undefined
  return name.slice(0, -ENDING.length) || undefined
}

async function textOf(file: { read(): AsyncIterable<Uint8Array> }): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of file.read()) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
