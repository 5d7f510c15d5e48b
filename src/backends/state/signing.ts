/**
 * The secrets that sessions and forms are signed with. They are kept in the state database, which all its
 * websites read, or in a file of the operator.
 */
export interface Signing {
  /** The first one signs, all of them are valid. The first call creates one if there is none. */
  keys(now: Date): Promise<readonly [string, ...string[]]>
  /**
   * Signs with a new key from now on. The old ones stay valid for as long as a session can last, or, with
   * `atOnce`, no longer: everybody must log in again. Conflict for a file, which its operator changes.
   */
  rotate(now: Date, options: { readonly atOnce: boolean }): Promise<void>
}
