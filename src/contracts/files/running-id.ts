import { createHash } from 'node:crypto'
import type { TestKey } from '../../domain/test/test.ts'
import { PRIVATE_PACKAGE } from './running-json.ts'

/** A running test as in `running.json`: the test, and the key made of its parameters. */
export interface RunningKey extends TestKey {
  /** See `runHash`: all public parameters. */
  readonly hash: string
}

/**
 * The name of a running test in addresses and of its transcript: 16 hex digits of the sha256 of package,
 * release, arch and parameters. Undefined for a private test, which has none.
 */
export function runningId({ package: name, release, arch, hash }: RunningKey): string | undefined {
  if (name === PRIVATE_PACKAGE) return undefined
  return createHash('sha256')
    .update(JSON.stringify([name, release, arch, hash]))
    .digest('hex')
    .slice(0, 16)
}

/** Whether a text can be such a name. */
export const isRunningId = (text: string): boolean => /^[0-9a-f]{16}$/.test(text)
