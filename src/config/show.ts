import type { EffectiveSetting } from './resolve.ts'

/** The replacement for a secret. */
const SET = '(set)'
/** A parameter of a query, and the names of those that contain a secret. */
const PARAMETER = /([?&][^=&]*)=[^&]*/g
const SECRET = /pass|secret|token|key/i

/** A URL without its password or token; nothing is shown of a text that only looks like a URL. */
function withoutPassword(text: string): string {
  if (!/[@?]/.test(text)) return text
  if (!URL.canParse(text) || !text.includes('://')) return SET
  return text
    .replace(/^([^/]*:\/\/)(?:([^/?#:@]*):)?.*@/, (_, scheme: string, user: string | undefined) =>
      user === undefined ? `${scheme}${SET}@` : `${scheme}${user}:${SET}@`,
    )
    .replace(PARAMETER, (whole, name: string) => (SECRET.test(name) ? `${name}=${SET}` : whole))
}

/** The text of a key in a form that may be shown. */
export function shownSetting({ text, secret }: EffectiveSetting): string | undefined {
  if (text === undefined) return undefined
  if (secret === 'yes') return SET
  return secret === 'url' || text.includes('://') ? withoutPassword(text) : text
}
