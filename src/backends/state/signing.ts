/**
 * The secrets that sessions and forms are signed with. They are kept in the state database, which every website of it
 * reads, or in a file of the operator's.
 */
export interface Signing {
  /** The first one signs, all of them are known. The first who asks makes one if there is none. */
  keys(now: Date): Promise<readonly [string, ...string[]]>
  /**
   * Signs with a new one from now on. The old ones are known for as long as a session can last, or, `atOnce`, no more:
   * everybody must sign in again. Conflict for a file, which its operator changes.
   */
  rotate(now: Date, options: { readonly atOnce: boolean }): Promise<void>
}
