import type { EffectiveSetting } from './resolve.ts'

/** What stands in the place of a secret. */
const SET = '(set)'

/** A URL without its password or token; of a text that only looks like one nothing is shown. */
function withoutPassword(text: string): string {
  if (!/[@?]/.test(text)) return text
  if (!URL.canParse(text) || !text.includes('://')) return SET
  return text
    .replace(/^([^/]*:\/\/)(?:([^/?#:@]*):)?.*@/, (_, scheme: string, user: string | undefined) =>
      user === undefined ? `${scheme}${SET}@` : `${scheme}${user}:${SET}@`,
    )
    .replace(/([?&][^=&]*(?:pass|secret|token|key)[^=&]*)=[^&]*/gi, `$1=${SET}`)
}

/** The text of a key as it may be shown. */
export function shownText({ text, secret }: EffectiveSetting): string | undefined {
  if (text === undefined) return undefined
  if (secret === 'yes') return SET
  return secret === 'url' || text.includes('://') ? withoutPassword(text) : text
}
