/**
 * Rank of a character in the non-digit part of a Debian version: `~` before the end, letters before the rest.
 */
function rank(char: string | undefined): number {
  if (char === undefined || (char >= '0' && char <= '9')) return 0
  if (char === '~') return -1
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256
}

const isDigit = (char: string | undefined): boolean => char !== undefined && char >= '0' && char <= '9'

/** Compares one part (upstream version or revision) as Debian Policy 5.6.12 says. */
function compareParts(a: string, b: string): number {
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = rank(a[i]) - rank(b[j])
      if (difference !== 0) return difference
      i++
      j++
    }
    const digitsA = /^0*(\d*)/.exec(a.slice(i)) as RegExpExecArray
    const digitsB = /^0*(\d*)/.exec(b.slice(j)) as RegExpExecArray
    const [numberA, numberB] = [digitsA[1] as string, digitsB[1] as string]
    if (numberA.length !== numberB.length) return numberA.length - numberB.length
    if (numberA !== numberB) return numberA < numberB ? -1 : 1
    i += digitsA[0].length
    j += digitsB[0].length
  }
  return 0
}

function split(version: string): [epoch: string, upstream: string, revision: string] {
  const colon = version.indexOf(':')
  const rest = version.slice(colon + 1)
  const dash = rest.lastIndexOf('-')
  return [
    colon === -1 ? '0' : version.slice(0, colon),
    dash === -1 ? rest : rest.slice(0, dash),
    dash === -1 ? '' : rest.slice(dash + 1),
  ]
}

/** Negative, zero or positive as `dpkg --compare-versions` orders two versions. */
export function compareVersions(a: string, b: string): number {
  const [partsA, partsB] = [split(a), split(b)]
  for (const index of [0, 1, 2] as const) {
    const difference = compareParts(partsA[index], partsB[index])
    if (difference !== 0) return difference
  }
  return 0
}
