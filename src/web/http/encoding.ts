export type Encoding = 'br' | 'gzip' | 'identity'

/** Browsers send a handful of different headers; what they came to is remembered, up to this many. */
const REMEMBERED = 200
const remembered = new Map<string, Encoding>()

/**
 * Reads `Accept-Encoding` (RFC 9110, 12.5.3): the best of what we can send that the reader wants, by its weights
 * first and by size second. Without the header, or where nothing fits, bytes go as they are.
 */
export function chooseEncoding(header: string | undefined): Encoding {
  if (header === undefined || header.length > 200) return 'identity'
  let chosen = remembered.get(header)
  if (chosen === undefined) {
    chosen = parse(header)
    if (remembered.size < REMEMBERED) remembered.set(header, chosen)
  }
  return chosen
}

function parse(header: string): Encoding {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [name, ...parameters] = part.split(';').map(text => text.trim())
    const q = parameters.find(parameter => parameter.startsWith('q='))
    const weight = q === undefined ? 1 : Number(q.slice(2))
    weights.set(name === 'x-gzip' ? 'gzip' : (name ?? ''), Number.isFinite(weight) ? weight : 0)
  }
  const others = weights.get('*') ?? 0
  const weightOf = (name: Encoding): number => weights.get(name) ?? others
  // A client may forbid or rank plain bytes as well; unsaid, they are the last resort.
  const identity = weights.get('identity') ?? 0
  const best: Encoding = weightOf('br') >= weightOf('gzip') ? 'br' : 'gzip'
  return weightOf(best) > 0 && weightOf(best) >= identity ? best : 'identity'
}
