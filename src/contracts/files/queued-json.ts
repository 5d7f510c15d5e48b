import { z } from 'zod'

/**
 * The content of one queue. `size` is exact; `requests` are the oldest known bodies in order, at most `size`.
 */
export interface QueueContent {
  readonly size: number
  /** `package\n{json}` with credentials masked, or `private job`. */
  readonly requests: readonly string[]
  /**
   * Why the queue is not looked into, so that only requests that were seen to be published are known;
   * undefined if it is looked into.
   */
  readonly unread?: string | undefined
  /** The number of `requests`, if known without reading them; not part of the file. */
  readonly known?: number
  /** `requests` as JSON, as in the file, if available: without white space between them. */
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

/** Replaces a request that is not public. */
export const PRIVATE_JOB = 'private job'
