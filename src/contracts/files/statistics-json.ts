import { z } from 'zod'

/** The counts of one release and arch. */
export interface Statistics {
  readonly numpkgs: number
  readonly numpkgspass: number
  readonly passruns: number
  readonly failruns: number
}

/** `stats.json`: release → arch → counts. */
export type StatisticsJson = Readonly<Record<string, Readonly<Record<string, Statistics>>>>

const count = z.number().int().nonnegative()

export const statisticsJson: z.ZodType<StatisticsJson> = z.record(
  z.string(),
  z.record(z.string(), z.object({ numpkgs: count, numpkgspass: count, passruns: count, failruns: count })),
)
