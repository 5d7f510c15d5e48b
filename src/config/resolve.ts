import { BadInput } from '../domain/errors.ts'
import type { Basis, Setting } from './setting.ts'
import { SETTINGS, type SectionName, type Values, valueName } from './settings.ts'
import type { Given } from './sources.ts'

/** The effective value of one key: its text, and its source. */
export interface EffectiveSetting {
  readonly section: string
  readonly key: string
  /** Undefined: the key is not set and has no default. */
  readonly text: string | undefined
  /** `FILE:LINE`, a variable, an option, or `default`. */
  readonly origin: string
  /** A one-line description. */
  readonly help: string
  readonly secret: Setting<unknown>['secret']
}

export interface Resolved {
  readonly values: Values
  readonly settings: readonly EffectiveSetting[]
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

const isSection = (name: string): name is SectionName => Object.hasOwn(SETTINGS, name)

/** The setting of a key, if there is one. */
export function settingOf(section: string, key: string): Setting<unknown> | undefined {
  if (!isSection(section)) return undefined
  const keys: Readonly<Record<string, Setting<unknown>>> = SETTINGS[section]
  return Object.hasOwn(keys, key) ? keys[key] : undefined
}

function unknownKeys(given: readonly Given[]): string[] {
  return given
    .filter(({ section, key }) => section !== 'DEFAULT' && settingOf(section, key) === undefined)
    .map(({ section, key, origin }) =>
      isSection(section)
        ? `${origin}: [${section}] ${key}: unknown key`
        : `${origin}: [${section}] ${key}: unknown section`,
    )
}

/** The effective text of every key: the last one given, one of [DEFAULT] (as in configparser), or the default. */
function effective(given: readonly Given[], basis: Basis): EffectiveSetting[] {
  const last = new Map(given.map(one => [`${one.section}.${one.key}`, one]))
  return Object.entries(SETTINGS).flatMap(([section, keys]) =>
    Object.entries<Setting<unknown>>(keys).map(([key, { preset, secret, help }]) => {
      const found = last.get(`${section}.${key}`) ?? last.get(`DEFAULT.${key}`)
      return {
        section,
        key,
        text: found?.text ?? preset(basis),
        origin: found?.origin ?? 'default',
        help,
        secret,
      }
    }),
  )
}

/**
 * Parses every key and reports all problems at once. `values` may only be used if there are none. `missingFrom`
 * precedes problems that concern no line (`FILE: `, or nothing).
 */
export function resolveSettings(given: readonly Given[], basis: Basis, missingFrom: string): Resolved {
  const settings = effective(given, basis)
  const problems: string[] = []
  const values: Record<string, Record<string, unknown>> = Object.fromEntries(
    Object.keys(SETTINGS).map(section => [section, {}]),
  )
  for (const { section, key, text, origin } of settings) {
    const { parse, required } = settingOf(section, key) as Setting<unknown>
    try {
      if (text !== undefined) Object.assign(values[section] as object, { [valueName(key)]: parse(text) })
      else if (required) problems.push(`${missingFrom}[${section}] ${key}: is missing`)
    } catch (error) {
      if (!(error instanceof BadInput)) throw error
      problems.push(`${origin}: [${section}] ${key}: ${error.message}`)
    }
  }
  return { values: values as unknown as Values, settings, problems, warnings: unknownKeys(given) }
}
