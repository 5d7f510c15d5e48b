import type { Config } from '../../config/config.ts'
import { type ConfigOptions, readConfig } from '../../config/read-config.ts'
import { BadInput } from '../../domain/errors.ts'

/** Reads the configuration or says all that is wrong with it; warnings go to stderr. */
export function loadConfig(options: ConfigOptions): Config {
  const { config, problems, warnings } = readConfig(options)
  for (const warning of warnings) process.stderr.write(`autopkgtest-web: warning: ${warning}\n`)
  if (config === undefined) throw new BadInput(problems.join('\n'))
  return config
}
