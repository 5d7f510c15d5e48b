import type { Latest } from '../../domain/run/latest.ts'
import { looksLikeRunId } from '../../domain/run/run-id.ts'
import type { RunKey, TestKey } from '../../domain/test/test.ts'

/** What an address below `/packages` asks for. */
export type PackagesPath =
  | { readonly kind: 'package'; readonly package: string }
  | { readonly kind: 'test'; readonly test: TestKey }
  | { readonly kind: 'run' | 'run-json'; readonly run: RunKey }
  /** The newest run of a kind, or its log. */
  | { readonly kind: 'latest'; readonly test: TestKey; readonly latest: Latest; readonly toLog: boolean }
  /** Two runs side by side; the query says which. */
  | { readonly kind: 'compare' | 'compare-json'; readonly test: TestKey }
  /** A part of a run; `rest` is the path of a file inside it. */
  | {
      readonly kind: 'log' | 'artifacts' | 'testbed'
      readonly run: RunKey
      readonly rest: readonly string[]
    }
  /** Three parts: hash, package, release (ppa-dev-tools), or package, release, arch. */
  | { readonly kind: 'three'; readonly parts: readonly [string, string, string] }
  | { readonly kind: 'unknown' }

const PARTS = ['log', 'artifacts', 'testbed'] as const
const JSON_ENDING = '.json'
const COMPARE = 'compare'
const LATEST: readonly Latest[] = ['latest', 'latest-pass', 'latest-fail']

/**
 * Reads the segments after `/packages`. Old links carry a hash before the package, which is ignored; so two
 * segments are hash and package, and four are hash, package, release, arch unless the last ends in `@` or is one of the
 * words for a newest run or for comparing.
 */
export function parsePackagesPath(segments: readonly string[]): PackagesPath {
  const [first, second, third, fourth, part, ...rest] = segments
  if (segments.some(segment => segment === '' || segment.includes('\0') || segment.includes('/'))) {
    return { kind: 'unknown' }
  }
  if (first === undefined) return { kind: 'unknown' }
  if (second === undefined) return { kind: 'package', package: first }
  if (third === undefined) return { kind: 'package', package: second }
  if (fourth === undefined) return { kind: 'three', parts: [first, second, third] }
  if (looksLikeRunId(fourth)) {
    const run: RunKey = { package: first, release: second, arch: third, runId: fourth }
    if (part === undefined) return { kind: 'run', run }
    const known = PARTS.find(one => one === part)
    if (known === undefined || (known !== 'artifacts' && rest.length > 0)) return { kind: 'unknown' }
    return { kind: known, run, rest }
  }
  if (fourth.endsWith(`@${JSON_ENDING}`) && looksLikeRunId(fourth.slice(0, -JSON_ENDING.length))) {
    if (part !== undefined) return { kind: 'unknown' }
    const runId = fourth.slice(0, -JSON_ENDING.length)
    return { kind: 'run-json', run: { package: first, release: second, arch: third, runId } }
  }
  const latest = LATEST.find(one => one === fourth)
  if (latest !== undefined) {
    if ((part !== undefined && part !== 'log') || rest.length > 0) return { kind: 'unknown' }
    const test: TestKey = { package: first, release: second, arch: third }
    return { kind: 'latest', test, latest, toLog: part === 'log' }
  }
  if (part !== undefined) return { kind: 'unknown' }
  if (fourth === COMPARE || fourth === COMPARE + JSON_ENDING) {
    const test: TestKey = { package: first, release: second, arch: third }
    return { kind: fourth === COMPARE ? 'compare' : 'compare-json', test }
  }
  return { kind: 'test', test: { package: second, release: third, arch: fourth } }
}
