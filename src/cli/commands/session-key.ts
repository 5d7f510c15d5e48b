import type { Command } from 'commander'
import { type CommonOptions, describeCommand, describeGroup } from '../runtime/command.ts'
import { loadConfig } from '../runtime/load-config.ts'
import { commandLog, openInstallation } from '../runtime/open.ts'

interface RotateOptions extends CommonOptions {
  readonly atOnce?: true
}

async function rotate({ config, atOnce }: RotateOptions): Promise<void> {
  await using backends = await openInstallation(loadConfig({ file: config }), commandLog('warn'))
  await backends.state.signing.rotate(new Date(), { atOnce: atOnce ?? false })
}

export function sessionKeyCommand(): Command {
  const group = describeGroup({
    name: 'session-key',
    summary: 'Change the secret that sessions are signed with.',
    examples: ['autopkgtest-web session-key rotate'],
  })
  group.addCommand(
    describeCommand({
      name: 'rotate',
      summary:
        'Sign new sessions with a new secret; the old one stays valid until its last session has expired.',
      examples: ['autopkgtest-web session-key rotate', 'autopkgtest-web session-key rotate --at-once'],
    })
      .option('--at-once', 'discard the old one now: everybody has to sign in again')
      .action(rotate),
  )
  return group
}
