import { statSync } from 'node:fs'
import { type EffectiveSetting, settingOf } from './resolve.ts'
import type { Sources } from './sources.ts'

const READABLE_BY_ALL = 0o004

/** Names the secrets that are in the configuration file itself. */
function secretsIn({ given }: Sources): string[] {
  return given
    .filter(({ section, key, text }) => {
      const secret = settingOf(section, key)?.secret
      return secret === 'yes' || (secret === 'url' && /^\w+:\/\/.*@/.test(text))
    })
    .map(({ section, key }) => `[${section}] ${key}`)
}

function isReadableByAll(path: string): boolean {
  try {
    return (statSync(path).mode & READABLE_BY_ALL) !== 0
  } catch {
    return false
  }
}

/** Files with secrets that everybody on the host can read: the configuration, and files that it names. */
export function warningsOfPermissions(source: Sources, settings: readonly EffectiveSetting[]): string[] {
  const secrets = secretsIn(source)
  const isOpen = source.file !== undefined && (source.mode & READABLE_BY_ALL) !== 0 && secrets.length > 0
  const own = `${source.file}: every user of this host can read it, and it contains ${secrets.join(', ')}: chmod o-r`
  const named = settings
    .filter(({ secret, text }) => secret === 'file' && text !== undefined && isReadableByAll(text))
    .map(
      ({ section, key, text, origin }) =>
        `${origin}: [${section}] ${key}: every user of this host can read ${text}: chmod o-r`,
    )
  return [...(isOpen ? [own] : []), ...named]
}
