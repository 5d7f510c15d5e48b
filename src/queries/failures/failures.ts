import type { Derived } from '../../backends/derived/derived.ts'
import type { FailureProgress, ListedSignature, SignatureFilter } from '../../backends/derived/failures.ts'

export interface FailureList {
  readonly failures: readonly ListedSignature[]
  readonly more: boolean
  /** The progress of reading older logs again, while some are left. */
  readonly reading: FailureProgress | undefined
}

/** A page of the ways in which runs fail. */
export async function failureList(
  { derived }: { derived: Pick<Derived, 'failures'> },
  filter: SignatureFilter,
  page: { readonly limit: number; readonly offset: number },
): Promise<FailureList> {
  const [found, reading] = await Promise.all([
    derived.failures.list(filter, { ...page, limit: page.limit + 1 }),
    readingOf(derived),
  ])
  return { failures: found.slice(0, page.limit), more: found.length > page.limit, reading }
}

/** The progress of determining from logs why runs failed; undefined when all are done. */
export async function readingOf(derived: Pick<Derived, 'failures'>): Promise<FailureProgress | undefined> {
  const progress = await derived.failures.progress()
  return progress.waiting > 0 ? progress : undefined
}
