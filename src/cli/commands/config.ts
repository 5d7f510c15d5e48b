import type { Command } from 'commander'
import { type ReadConfig, readConfig } from '../../config/read-config.ts'
import { shownSetting } from '../../config/show.ts'
import { type CommonOptions, describeCommand, describeGroup, Reported } from '../runtime/command.ts'

interface Options extends CommonOptions {
  readonly json?: true
}

/** The effective configuration with where each value comes from; secrets are never in it. */
function shown({ settings }: ReadConfig) {
  return settings.map(setting => ({
    section: setting.section,
    key: setting.key,
    value: shownSetting(setting) ?? null,
    from: setting.origin,
    help: setting.help,
  }))
}

function show(options: Options): void {
  const read = readConfig({ file: options.config })
  const settings = shown(read)
  if (options.json) {
    const { problems, warnings } = read
    const all = { file: read.file ?? null, settings, problems, warnings }
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`)
  } else {
    const lines = settings.map(({ section, key, value, from, help }, index) => {
      const head = settings[index - 1]?.section === section ? '' : `\n[${section}]\n`
      const note = from === 'default' ? '' : `# ${from}\n`
      const line = value === null ? `# ${key} is not set` : `${key} = ${value.replaceAll('\n', '\n  ')}`
      return `${head}# ${help}\n${note}${line}\n`
    })
    process.stdout.write(`# ${read.file ?? 'no configuration file'}\n${lines.join('')}`)
  }
  report(read)
}

function check(options: Options): void {
  const read = readConfig({ file: options.config })
  const { file = null, problems, warnings } = read
  if (options.json) process.stdout.write(`${JSON.stringify({ file, problems, warnings }, null, 2)}\n`)
  report(read)
  if (options.json) return
  const source = file ?? 'the default configuration (there is no file)'
  process.stdout.write(`${source}: no problems found\n`)
}

/** Tells a person on stderr what is wrong; fails if there is anything. */
function report({ problems, warnings }: ReadConfig): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`)
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`)
  if (problems.length > 0) throw new Reported()
}

export function configCommand(): Command {
  const group = describeGroup({
    name: 'config',
    summary: 'Check or show the configuration.',
    examples: ['autopkgtest-web config check --config /etc/autopkgtest-website/autopkgtest-cloud.conf'],
  })
  const json = ['--json', 'print one JSON object'] as const
  group.addCommand(
    describeCommand({
      name: 'check',
      summary: 'Report every problem with its file and line.',
      examples: ['autopkgtest-web config check --config site.conf'],
    })
      .option(...json)
      .action(check),
  )
  group.addCommand(
    describeCommand({
      name: 'show',
      summary: 'Print the effective configuration and the origin of each value; secrets are left out.',
      examples: ['autopkgtest-web config show', 'autopkgtest-web config show --json'],
    })
      .option(...json)
      .action(show),
  )
  return group
}
