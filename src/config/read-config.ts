import { configFrom, oddities, problemsAcross } from './build.ts'
import type { Config } from './config.ts'
import { warningsOfPermissions } from './permissions.ts'
import { type EffectiveSetting, resolveSettings, settingOf } from './resolve.ts'
import type { Basis } from './setting.ts'
import { SETTINGS } from './settings.ts'
import { type Given, readCredentials, readEnvSource, readFileSource } from './sources.ts'
import { isLoopback } from './values.ts'

export interface ConfigOptions {
  /** `--config` */
  readonly file?: string | undefined
  /** `--listen` */
  readonly listen?: string | undefined
  /** `--data-dir` */
  readonly dataDir?: string | undefined
  /** `--worker`, `--virt` */
  readonly virt?: string | undefined
  /** `--slots` */
  readonly slots?: string | undefined
  /** `--allow-null` */
  readonly allowNull?: true | undefined
  /** The environment; that of the process by default. */
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface ReadConfig {
  /** The file that was read, if there was one. */
  readonly file: string | undefined
  /** Undefined if there are problems. */
  readonly config: Config | undefined
  /** One sentence each, beginning with the place of the problem. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
  /** The effective value of every key. */
  readonly settings: readonly EffectiveSetting[]
}

function optionsGiven(options: ConfigOptions): Given[] {
  const given = [
    { section: 'web', key: 'listen', text: options.listen, origin: '--listen' },
    { section: 'web', key: 'data_dir', text: options.dataDir, origin: '--data-dir' },
    { section: 'worker', key: 'virt', text: options.virt, origin: 'the command line' },
    { section: 'worker', key: 'slots', text: options.slots, origin: '--slots' },
    { section: 'worker', key: 'allow_null', text: options.allowNull && 'yes', origin: '--allow-null' },
  ]
  return given.flatMap(({ text, ...one }) => (text ? [{ ...one, text }] : []))
}

function basisOf(file: string | undefined, given: readonly Given[]): Basis {
  const says = (section: string, key?: string) =>
    given.some(one => one.section === section && (key === undefined || one.key === key))
  const last = (key: string) => given.findLast(one => one.section === 'web' && one.key === key)?.text
  const host = /^(?:https?:\/\/)?(\[.*?\]|[^:/]*)/.exec(
    last('base_url') ?? last('listen') ?? '127.0.0.1',
  )?.[1]
  return {
    loopback: isLoopback(host ?? '') && !last('trusted_proxies'),
    dataDir: last('data_dir') ?? 'var',
    deployed: file !== undefined || says('swift'),
    world: !/^(?:no|false|off|0)$/i.test(last('sample_world') ?? 'yes') && !says('worker', 'virt'),
    sample:
      file === undefined &&
      !says('swift') &&
      !says('storage') &&
      !says('amqp', 'uri') &&
      !says('web', 'database'),
  }
}

/** Reads file, environment and options, and checks everything. Never throws because of what an operator wrote. */
export function readConfig(options: ConfigOptions = {}): ReadConfig {
  const env = options.env ?? process.env
  const source = readFileSource(options.file, env)
  const sections = Object.keys(SETTINGS)
  const holdsSecrets = (section: string, key: string) => settingOf(section, key)?.secret === 'file'
  const credentials = readCredentials(sections, holdsSecrets, env)
  const given = [
    ...source.given,
    ...credentials.given,
    ...readEnvSource(sections, env),
    ...optionsGiven(options),
  ]
  const basis = basisOf(source.file, given)
  const missingFrom = source.file === undefined ? '' : `${source.file}: `
  const { values, settings, problems, warnings } = resolveSettings(given, basis, missingFrom)
  const unread = [...source.problems, ...credentials.problems]
  const found = source.isRead ? [...unread, ...problems] : unread
  const across = found.length === 0 ? problemsAcross(values).map(problem => missingFrom + problem) : []
  const sound = found.length + across.length === 0
  return {
    file: source.file,
    config: sound ? configFrom(values, { file: source.file, sample: basis.sample }) : undefined,
    problems: [...found, ...across],
    warnings: [...warnings, ...warningsOfPermissions(source, settings), ...(sound ? oddities(values) : [])],
    settings,
  }
}
