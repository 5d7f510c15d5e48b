/** The lines of one metric: its HELP and TYPE first. */
function families(text: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const name = /^# HELP (\S+)/.exec(line)?.[1]
    if (name !== undefined) {
      current = found.get(name) ?? []
      found.set(name, current)
    }
    if (line !== '') current.push(line)
  }
  return found
}

const isComment = (line: string) => line.startsWith('#')

/**
 * Joins what two threads of this process measured: of a metric that both know, the samples of both stand under one
 * HELP and TYPE, as Prometheus demands. Process-wide ones are those of the first.
 */
export function mergeExpositions(first: string, second: string): string {
  const merged = families(first)
  for (const [name, lines] of families(second)) {
    const known = merged.get(name)
    if (known === undefined) merged.set(name, lines)
    else if (known.every(isComment)) merged.set(name, lines)
    else if (!/_(process|nodejs)_/.test(name)) known.push(...lines.filter(line => !isComment(line)))
  }
  return `${[...merged.values()].flat().join('\n')}\n`
}
