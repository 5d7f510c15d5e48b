const isLetter = (byte: number): boolean => byte >= 97 && byte <= 122

/** An ASCII letter in upper case; any other byte as it is. */
export const upperCase = (byte: number): number => (isLetter(byte) ? byte - 32 : byte)

/** Whether the word is at this place; its lower-case letters match both cases. */
export function standsAt(word: Uint8Array, bytes: Uint8Array, at: number, to: number): boolean {
  if (at + word.length > to) return false
  for (let i = 0; i < word.length; i++) {
    const wanted = word[i] as number
    const there = bytes[at + i] as number
    if (there !== wanted && !(isLetter(wanted) && there === wanted - 32)) return false
  }
  return true
}
