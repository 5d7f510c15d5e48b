import { join } from 'node:path'

/** What defaults depend on. */
export interface Basis {
  readonly dataDir: string
  /** Nothing says where results come from: the first start on somebody's own machine. */
  readonly sample: boolean
  /** A sample that is shown with the made-up world around it. */
  readonly world: boolean
  /** There is a configuration file, or Swift is set up in the environment. */
  readonly deployed: boolean
  /** Only the users of this machine are meant to reach the site. */
  readonly loopback: boolean
}

/** One key of the configuration. */
export interface Setting<T> {
  readonly parse: (text: string) => T
  /** The text that replaces a missing key; undefined if it may be missing. */
  readonly preset: (basis: Basis) => string | undefined
  /** A one-line description for the operator. Empty if the name of the key is enough. */
  readonly help: string
  /** The behaviour if the key is missing, where its default does not show it; undefined where it does. */
  readonly absent: string | undefined
  /** `yes`: never shown; `url`: shown without its password; `file`: the path of a file that contains secrets. */
  readonly secret: 'no' | 'yes' | 'url' | 'file'
  readonly required: boolean
}

interface Options {
  readonly preset?: Setting<unknown>['preset'] | string
  readonly secret?: Setting<unknown>['secret']
  readonly absent?: string
}

function presetOf(options: Options): Setting<unknown>['preset'] {
  const { preset } = options
  return typeof preset === 'function' ? preset : () => preset
}

function row<T>(
  parse: (text: string) => T,
  help: string,
  { secret = 'no', absent, ...options }: Options,
  required: boolean,
): Setting<T> {
  return { parse, help, preset: presetOf(options), absent, secret, required }
}

/** A key that may be missing. */
export const optional = <T>(
  parse: (text: string) => T,
  help: string,
  options: Options = {},
): Setting<T | undefined> =>
  row<T | undefined>(
    parse,
    help,
    options.preset === undefined ? { absent: 'none', ...options } : options,
    false,
  )

/** A key that always has a value: its default, or one that the operator must give. */
export const needed = <T>(parse: (text: string) => T, help: string, options: Options = {}): Setting<T> =>
  row(parse, help, options, true)

/** A default below the data directory. */
export const inDataDir = (...names: string[]) => ({ preset: (basis: Basis) => join(basis.dataDir, ...names) })
