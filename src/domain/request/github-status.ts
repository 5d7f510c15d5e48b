import type { GithubOutcome } from '../run/verdict.ts'
import type { TestKey } from '../test/test.ts'

/** GitHub's words for the state of a commit in one context. */
export type GithubState = 'pending' | GithubOutcome

/** The status of a commit that is reported to GitHub, for one test. */
export interface GithubStatus {
  readonly state: GithubState
  /** Identifies the status of a commit; a newer status replaces an older one with the same context. */
  readonly context: string
  readonly description: string
  /** The target of the link beside the status. */
  readonly targetUrl: string
}

/** `noble/amd64`, followed by a blank and the test's name if only that one was requested. */
export function githubContext({ release, arch }: Omit<TestKey, 'package'>, testname: string): string {
  return testname === '' ? `${release}/${arch}` : `${release}/${arch} ${testname}`
}

/** `/repos/OWNER/REPO/statuses/SHA`, SHA being SHA-1 or SHA-256. */
const STATUSES = String.raw`/repos/(?!\.{1,2}/)[\w.-]{1,100}/(?!\.{1,2}/)[\w.-]{1,100}/statuses/(?:[0-9a-f]{64}|[0-9a-f]{40})$`
const AT_THE_END = new RegExp(`^https?://[A-Za-z0-9.:-]{1,253}(?:/[A-Za-z0-9-]+)*${STATUSES}`)
const AT_THE_START = new RegExp(`^${STATUSES}`)
const LONGEST = 600

/**
 * Whether a text has the form of the address of a commit's statuses on any GitHub: no user, no query, no
 * `..`.
 */
export function isStatusesUrl(url: string): boolean {
  return url.length <= LONGEST && AT_THE_END.test(url)
}

/**
 * Whether these statuses are on the GitHub of this API, `https://api.github.com`: only those are sent
 * credentials.
 */
export function isStatusesUrlOf(apiUrl: string, url: string): boolean {
  return url.length <= LONGEST && url.startsWith(apiUrl) && AT_THE_START.test(url.slice(apiUrl.length))
}
