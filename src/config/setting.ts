import { join } from 'node:path'

/** What defaults depend on. */
export interface Basis {
  readonly dataDir: string
  /** Nothing at all says where results come from: the first start on somebody's own machine. */
  readonly sample: boolean
  /** A sample that is to be shown with the made-up world around it. */
  readonly world: boolean
  /** There is a configuration file, or Swift is set up in the environment. */
  readonly deployed: boolean
  /** Nobody but the users of this machine is meant to reach the site. */
  readonly loopback: boolean
}

/** One key of the configuration. */
export interface Setting<T> {
  readonly parse: (text: string) => T
  /** The text that stands for a missing key; undefined if it may be missing. */
  readonly preset: (basis: Basis) => string | undefined
  /** One line for the operator: what it is. Empty where the key says it. */
  readonly help: string
  /** What is so where the key is missing, if its default does not say it; undefined where it does. */
  readonly absent: string | undefined
  /** `yes`: never shown; `url`: shown without its password; `file`: the path of a file that holds secrets. */
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

/** A key that has a value in any case: its default, or what the operator must say. */
export const needed = <T>(parse: (text: string) => T, help: string, options: Options = {}): Setting<T> =>
  row(parse, help, options, true)

/** A default below the data directory. */
export const inDataDir = (...names: string[]) => ({ preset: (basis: Basis) => join(basis.dataDir, ...names) })
