/** Why something does not work, and since when. */
export interface Outage {
  readonly reason: string
  readonly since: Date
}
