import type { Asked } from '../lib/asking.ts'
import type { Load } from '../lib/wrk.ts'

/** Rates per second; latencies and the website's processor time per request in milliseconds. */
export interface Measured {
  readonly page: string
  /** Of the body, before and after compression. */
  readonly bytes: number
  readonly sent: number
  /** One address requested again and again. */
  readonly kept: Load & { readonly cpu: number }
  /** A bare server that sends as many bytes, right afterwards. */
  readonly floor: Load
  /** Each address once, or after each change of the page's source file. */
  readonly first: (Asked & { readonly cpu: number }) | undefined
  /** At half of the rate of `kept`. */
  readonly half: Load
  readonly rssMb: number
  /** Which of the goals were missed. */
  readonly missed: readonly string[]
}
