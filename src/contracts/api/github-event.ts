import { z } from 'zod'
import { parseJson } from '../../domain/text/json.ts'

/** GitHub itself cuts events off at 25 MB; those of a pull request have some 30 kB, whatever is in it. */
export const LONGEST_GITHUB_EVENT = 5 * 1024 * 1024

/** Of any event (https://docs.github.com/webhooks/webhook-events-and-payloads): what was done, if it says so. */
export const githubEvent = z.object({ action: z.string().max(100).optional().catch(undefined) })

/** Of the event `pull_request`, what a test needs to know. */
export const githubPullRequest = z.object({
  number: z.int().positive(),
  pull_request: z.object({ statuses_url: z.string().max(1000) }),
})

/** Where the pull request can be fetched from; read only where the webhook's address does not say it. */
export const githubBase = z.object({
  pull_request: z.object({ base: z.object({ repo: z.object({ clone_url: z.string().max(1000) }) }) }),
})

/** What an error says for itself. */
export const githubError = z.object({ message: z.string().max(1000) })

/**
 * Reads the body of a delivery: JSON, or a form with the JSON in `payload`, which is what GitHub sends where
 * the webhook's content type was left at its default. Undefined for what is no JSON object.
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

/** The value if it has the shape, or the name of the first field that is missing or of no use. */
export function readGithubEvent<T>(
  event: unknown,
  shape: z.ZodType<T>,
): { readonly value: T } | { readonly missing: string } {
  const read = shape.safeParse(event)
  return read.success ? { value: read.data } : { missing: String(read.error.issues[0]?.path.at(-1)) }
}
