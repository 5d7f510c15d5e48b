import { z } from 'zod'
import { distributionContainer } from '../../domain/run/container.ts'
import type { Run } from '../../domain/run/run.ts'
import { isArchName, isPackageName, isReleaseName } from '../../domain/test/test.ts'
import { LONGEST_TRIGGERS } from '../../domain/trigger/trigger.ts'
import { testedVersion } from '../../domain/version/tested-version.ts'

/** A file's content may end in a line break, and a field may be missing, null or a number. */
const loose = (longest: number) =>
  z
    .union([z.string().max(longest), z.number()])
    .nullish()
    .transform(value => String(value ?? '').trim())

const number = /^[+-]?\d+(?:\.\d+)?$/
/** Seconds: thirty years have nine digits. */
const seconds = /^[+-]?\d{1,9}(?:\.\d+)?$/

/**
 * A worker's message to `testcomplete.fanout` about a test that has ended and whose files are in the store.
 * Strings are stripped, as workers send whole files (`"71\n"`); unknown values are ''. Seeding a release
 * sends the same.
 */
export const testcomplete = z.object({
  release: z.string().refine(isReleaseName, { error: 'not a release' }),
  architecture: z.string().refine(isArchName, { error: 'not an architecture' }),
  package: z.string().refine(isPackageName, { error: 'not a package' }),
  container: z.string().max(256),
  /**
   * `release/arch/prefix/package/run_id`, or `dummy/seed/new/release/run_id` for a run of another release.
   */
  swift_dir: z
    .string()
    .max(600)
    .refine(path => /^[^/\s]+(?:\/[^/\s]+){3}\/[\x21-\x2e\x30-\x7e]{1,63}@\/?$/.test(path), {
      error: 'not a path of five parts that ends in a run id',
    })
    .transform(path => path.replace(/\/$/, '')),
  testpkg_version: loose(300).transform(text => (text === '' ? '' : testedVersion(text))),
  /** Space-joined. */
  triggers: loose(LONGEST_TRIGGERS).transform(text => text.replace(/\s+/g, ' ')),
  /** Seconds; null if it is not a number of seconds, 0 if the worker's clock was set back meanwhile. */
  duration: loose(100).transform(text => (seconds.test(text) ? Math.max(0, Math.trunc(Number(text))) : null)),
  exitcode: z.union([z.number(), z.string().trim().regex(number).transform(Number)]).pipe(z.int32()),
  requester: loose(300),
  /** `all-proposed=1,testname=x`, either or both. */
  env: loose(10_000),
})

export type Testcomplete = z.infer<typeof testcomplete>

/**
 * The completion that seeds a release with the run of another one: like a worker's, except that its path
 * leads nowhere (the reference's seed-new-release).
 */
export function printSeed(run: Run, release: string): string {
  return JSON.stringify({
    architecture: run.arch,
    container: distributionContainer(release),
    duration: run.duration,
    env: run.env ?? '',
    exitcode: run.exitcode,
    package: run.package,
    release,
    requester: run.requester ?? '',
    swift_dir: `dummy/seed/new/release/${run.runId}`,
    testpkg_version: run.version ?? '',
    triggers: run.triggers ?? '',
  })
}
