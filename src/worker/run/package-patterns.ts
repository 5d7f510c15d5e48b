import { readFile } from 'node:fs/promises'
import type { TestKey } from '../../domain/test/test.ts'

/** Tests that are treated specially, given by patterns. */
export interface PackagePatterns {
  has(test: TestKey): boolean
}

/** `*` and `?` stand for any text and any character; everything else stands for itself. */
function patternOf(text: string): RegExp {
  const escaped = text
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${text === 'all' ? '.*' : escaped}$`)
}

/** Reads lines of `package`, `package/arch` or `package/arch/release`, with `*`, `?` and `all`; `#` is a comment. */
export function parsePackagePatterns(text: string): PackagePatterns {
  const entries = text
    .split('\n')
    .map(line => line.replace(/#.*/, '').trim())
    .filter(Boolean)
    .map(line => line.split('/').map(patternOf))
  return {
    has: test =>
      entries.some(([name, arch, release]) =>
        [
          [name, test.package],
          [arch, test.arch],
          [release, test.release],
        ].every(([pattern, value]) => pattern === undefined || (pattern as RegExp).test(value as string)),
      ),
  }
}

/** Reads a list again each time, as operators change it while the worker runs. Without a file the list is empty. */
export async function readPackageList(file: string | undefined): Promise<PackagePatterns> {
  return parsePackagePatterns(file === undefined ? '' : await readFile(file, 'utf8'))
}
