import { z } from 'zod'

/**
 * A page of a collection in Launchpad's REST API (https://launchpad.net/+apidoc/1.0.html), as far as it is
 * read.
 */
export const launchpadCollection = z.object({
  /** Missing if there are many; then there is a link to the number. */
  total_size: z.number().optional(),
  entries: z.array(
    z.object({ name: z.string().optional(), component_name: z.string().nullable().optional() }),
  ),
  next_collection_link: z.string().optional(),
})
export type LaunchpadCollection = z.infer<typeof launchpadCollection>

/** Anything that has a name: a person, a team, a PPA. The answer is `null` if it does not exist. */
export const launchpadNamed = z.object({ name: z.string() }).nullable()

/** For answers of which only the status counts. */
export const launchpadAnything = z.unknown()
