import { z } from 'zod'
import { parseJson } from '../../domain/text/json.ts'

/** GitHub itself limits events to 25 MB; those of a pull request have about 30 kB, whatever it contains. */
export const LONGEST_GITHUB_EVENT = 5 * 1024 * 1024

/** Any event (https://docs.github.com/webhooks/webhook-events-and-payloads): the action, if there is one. */
export const githubEvent = z.object({ action: z.string().max(100).optional().catch(undefined) })

/** The parts of the event `pull_request` that a test needs. */
export const githubPullRequest = z.object({
  number: z.int().positive(),
  pull_request: z.object({ statuses_url: z.string().max(1000) }),
})

/** Where the pull request can be fetched from; only read if the webhook's address does not say it. */
export const githubBase = z.object({
  pull_request: z.object({ base: z.object({ repo: z.object({ clone_url: z.string().max(1000) }) }) }),
})

/** The message of an error. */
export const githubError = z.object({ message: z.string().max(1000) })

/**
 * Reads the body of a delivery: JSON, or a form with the JSON in `payload`, which GitHub sends if the webhook
 * has the default content type. Undefined if it is not a JSON object.
 */
export function parseGithubEvent(
  body: Uint8Array,
  contentType: string | undefined,
): Record<string, unknown> | undefined {
  const text = new TextDecoder().decode(body)
  const isForm = contentType?.toLowerCase().startsWith('application/x-www-form-urlencoded')
  try {
    const event: unknown = parseJson(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
    const isObject = typeof event === 'object' && event !== null && !Array.isArray(event)
    return isObject ? (event as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The value if it matches the schema, otherwise the name of the first missing or invalid field. */
export function readGithubEvent<T>(
  event: unknown,
  shape: z.ZodType<T>,
): { readonly value: T } | { readonly missing: string } {
  const read = shape.safeParse(event)
  return read.success ? { value: read.data } : { missing: String(read.error.issues[0]?.path.at(-1)) }
}
