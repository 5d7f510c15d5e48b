import { z } from 'zod'

/** A test of an upload whose outcome differs between this site and britney. */
export interface ExcuseDifference {
  readonly source: string
  readonly version: string
  readonly release: string
  readonly arch: string
  readonly package: string
  /** Britney's word: `PASS`, `REGRESSION` … */
  readonly britney: string
  /** Null if this site has no outcome of that test for that upload. */
  readonly outcome: string | null
  /** The run that decided. */
  readonly run_id: string | null
}

/** `excuse-differences.json`: this site's outcomes of uploads, compared with britney's excuses. */
export interface ExcuseDifferences {
  /** When the excuses were made, and when they were compared; null: not given, or never. */
  readonly made: string | null
  readonly compared_at: string | null
  /** The number of tests that were compared, and of those that differ; all of them. */
  readonly compared: number
  readonly differing: number
  /** The first differences. */
  readonly differences: readonly ExcuseDifference[]
}

export const NOTHING_COMPARED: ExcuseDifferences = {
  ...{ made: null, compared_at: null },
  ...{ compared: 0, differing: 0, differences: [] },
}

const count = z.number().int().nonnegative()
const text = z.string()

export const excuseDifferences: z.ZodType<ExcuseDifferences> = z.object({
  made: text.nullable(),
  compared_at: text.nullable(),
  compared: count,
  differing: count,
  differences: z.array(
    z.object({
      ...{ source: text, version: text, release: text, arch: text, package: text, britney: text },
      ...{ outcome: text.nullable(), run_id: text.nullable() },
    }),
  ),
})
