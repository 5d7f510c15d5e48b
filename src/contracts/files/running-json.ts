import { z } from 'zod'

/** The parameters of a running test: the JSON of its request as it was sent; `{}` for private ones. */
export type ReportedParams = Readonly<Record<string, unknown>>

/**
 * `running.json`: package → run hash → release → arch → [params, duration in seconds, log tail]. Read by
 * ppa-dev-tools, ubuntu-dev-tools and the metrics collectors.
 */
export type RunningJson = Readonly<
  Record<
    string,
    Readonly<
      Record<
        string,
        Readonly<Record<string, Readonly<Record<string, readonly [ReportedParams, number, string]>>>>
      >
    >
  >
>

const entry = z.tuple([z.record(z.string(), z.unknown()), z.number(), z.string()])
const record = <T extends z.ZodType>(inner: T) => z.record(z.string(), inner)

export const runningJson: z.ZodType<RunningJson> = record(record(record(record(entry))))

/** The package and log tail under which private runs are shown. */
export const PRIVATE_PACKAGE = 'private-test'
export const PRIVATE_LOGTAIL = 'Running private test'
