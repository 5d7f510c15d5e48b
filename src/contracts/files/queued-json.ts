import { z } from 'zod'

/** What waits in one queue. `size` is exact; `requests` are the oldest known bodies in order, at most `size`. */
export interface QueueContent {
  readonly size: number
  /** `package\n{json}` with credentials masked, or `private job`. */
  readonly requests: readonly string[]
  /** Why the queue is not looked into, so that only what was seen to be published is known; undefined if it is. */
  readonly unread?: string | undefined
  /** How many `requests` there are, where that is told without reading them; no part of the file. */
  readonly known?: number
  /** `requests` as they stand in the file, where that is at hand: without white space between them. */
  readonly json?: string
}

/**
 * `queued.json`, the file that cache-amqp replaces: context → release → arch. A queue that could not be read
 * is absent. `requests` may be fewer than `size` where the broker cannot be read to its end without
 * starving workers.
 */
export interface QueuedJson {
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  readonly queues: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, QueueContent>>>>>>
}

const content = z.object({
  size: z.number().int().nonnegative(),
  requests: z.array(z.string()),
  unread: z.string().optional(),
})

export const queuedJson: z.ZodType<QueuedJson> = z.object({
  releases: z.array(z.string()),
  arches: z.array(z.string()),
  queues: z.record(z.string(), z.record(z.string(), z.record(z.string(), content))),
})

/** What stands in the place of a request that not everybody may read. */
export const PRIVATE_JOB = 'private job'
