import type { Asked } from '../lib/asking.ts'
import type { Load } from '../lib/wrk.ts'

/** Rates per second, latencies and processor time of the website per request in milliseconds. */
export interface Measured {
  readonly page: string
  /** Of the body, as it is and as it was sent. */
  readonly bytes: number
  readonly sent: number
  /** Asked again and again. */
  readonly kept: Load & { readonly cpu: number }
  /** A bare server that sends as many bytes, right afterwards. */
  readonly floor: Load
  /** Each address once, or after each change of the file that the page is made from. */
  readonly first: (Asked & { readonly cpu: number }) | undefined
  /** At half of the rate of `kept`. */
  readonly half: Load
  readonly rssMb: number
  /** Which of the aims were missed. */
  readonly missed: readonly string[]
}
