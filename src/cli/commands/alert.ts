import { type Command, Option } from 'commander'
import { openSnapshots } from '../../backends/index.ts'
import { type Alert, type AlertLevel, parseAlertDate } from '../../domain/alert.ts'
import { BadInput } from '../../domain/errors.ts'
import { type CommonOptions, describeCommand, describeGroup } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'

interface SetOptions extends CommonOptions {
  readonly level: AlertLevel
  readonly since?: string
  readonly until?: string
  readonly add?: true
}

function checkDate(name: string, value: string | undefined): void {
  if (value !== undefined && parseAlertDate(value) === undefined)
    throw new BadInput(`--${name}: "${value}" is not a date such as 2026-12-01 or 2026-12-01T08:00Z`)
}

async function set(message: string, options: SetOptions): Promise<void> {
  const { level, since, until } = options
  checkDate('since', since)
  checkDate('until', until)
  if (message.trim() === '') throw new BadInput('the message is empty; to remove alerts, use: alert clear')
  const alert: Alert = { level, message, ...(since && { since }), ...(until && { until }) }
  await replaceAlerts(options, alerts => [...(options.add ? alerts : []), alert])
}

async function replaceAlerts(
  options: CommonOptions,
  change: (alerts: readonly Alert[]) => readonly Alert[],
): Promise<void> {
  const { alerts, close } = openSnapshots(loadConfig({ file: options.config }).backends)
  try {
    await alerts.replace(change(alerts.current().value))
  } finally {
    await close()
  }
}

export function alertCommand(): Command {
  const group = describeGroup({
    name: 'alert',
    summary: 'Set or clear the notice that is shown on every page.',
    examples: ['autopkgtest-web alert set "arm64 is short of workers this week"'],
  })
  group.addCommand(
    describeCommand({
      name: 'set',
      summary: 'Show a message on every page, replacing the present ones.',
      examples: [
        'autopkgtest-web alert set --level error --until 2026-12-01 "s390x is down: see the forum"',
        'autopkgtest-web alert set --add --level info "the archive is frozen"',
      ],
    })
      .argument('<message>', 'the text of the message; may contain colons')
      .addOption(
        new Option('--level <level>', 'the severity')
          .choices(['info', 'warning', 'error'])
          .default('warning'),
      )
      .option('--since <date>', 'the first day on which it is shown (UTC)')
      .option('--until <date>', 'the first day on which it is no longer shown (UTC)')
      .option('--add', 'keep the alerts that are there')
      .action(set),
  )
  group.addCommand(
    describeCommand({
      name: 'clear',
      summary: 'Remove all alerts.',
      examples: ['autopkgtest-web alert clear'],
    }).action((options: CommonOptions) => replaceAlerts(options, () => [])),
  )
  return group
}
