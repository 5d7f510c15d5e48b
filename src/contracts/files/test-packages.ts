import type { Readable } from 'node:stream'
import { BadInput } from '../../domain/errors.ts'
import { readArtifacts } from './artifacts-tar.ts'

/** What autopkgtest(1) calls the list of what was installed for one test: `TEST-packages`, beside its other files. */
const ENDING = '-packages'
/** That of the testbed as it was before all tests; it is in `result.tar`, too. */
const OF_TESTBED = 'testbed-packages'

export interface TestPackages {
  /** By test: the text of its list, a line `name\tversion` each. */
  readonly lists: ReadonlyMap<string, string>
  /** Why there may be more than these; undefined: they are all. */
  readonly fault: string | undefined
}

export interface TestPackagesLimits {
  /** Of the archive, inflated: what is read of it at most. */
  readonly bytes: number
  readonly files: number
  readonly lists: number
  /** Of all lists together. */
  readonly listBytes: number
}

/** Lists have some kilobytes. Workers write them behind what the tests left; what that is may be large. */
const LIMITS: TestPackagesLimits = {
  bytes: 128 * 1024 * 1024,
  files: 10_000,
  lists: 100,
  listBytes: 4 * 1024 * 1024,
}

/**
 * The lists of what each test installed, from `artifacts.tar.gz` as it passes by. What is wrong with the archive, or too
 * much of it, is told beside what was found; an error of `source` is thrown as it is.
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
