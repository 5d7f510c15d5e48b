import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { logOf } from '../../../../test/builders/failing-log.ts'
import { LogIndexer } from '../log-sections.ts'
import type { Failure } from './failure.ts'
import { FailureFinder } from './failure-finder.ts'

const FAILURES = join(import.meta.dirname, '../../../../test/fixtures/failures')

const failingLines = readdirSync(FAILURES)
  .filter(name => name.endsWith('.log'))
  .flatMap(name => readFileSync(join(FAILURES, name), 'latin1').split('\n'))
  .filter(line => !line.includes('autopkgtest ['))

const DULL = [
  '',
  'all is well',
  '  42s ok',
  'Setting up libc6:amd64 (2.36-9) ...',
  'é\t\u001b[32mgreen\u001b[0m',
]

/**
 * What is found in a log that arrives in pieces of these sizes, which begin at any address.
 * @param isPlain whether every line is examined by itself, without the search through its piece
 */
function foundIn(log: Uint8Array, sizes: readonly number[], isPlain: boolean): Failure[] {
  const finder = new FailureFinder()
  const indexer = new LogIndexer((line, section, part) =>
    finder.line(isPlain ? { ...line, piece: undefined } : line, section, part),
  )
  for (let at = 0, turn = 0; at < log.length; turn++) {
    const size = sizes[turn % sizes.length] as number
    indexer.push(log.subarray(at, at + size))
    at += size
  }
  indexer.end()
  return finder.failures()
}

const line = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...failingLines) },
  { weight: 4, arbitrary: fc.constantFrom(...DULL) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }).map(text => text.replaceAll('\n', '')) },
)

it('finds in pieces of any size what it finds line by line', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 120 }),
      fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 3 }),
      (lines, sizes, lead) => {
        const bytes = new TextEncoder().encode(logOf(lines.join('\n')))
        const shifted = new Uint8Array(bytes.length + lead)
        shifted.set(bytes, lead)
        const log = shifted.subarray(lead)
        expect(foundIn(log, sizes, false)).toEqual(foundIn(log, sizes, true))
      },
    ),
    { numRuns: 150 },
  )
})
