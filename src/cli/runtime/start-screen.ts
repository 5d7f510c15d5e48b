import { resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Progress } from './daemons-thread.ts'
import { progressBar } from './progress-bar.ts'

/** What `start` prints for a person at a terminal. */
export interface StartScreen {
  /** Says where the website is, once it listens, and what one wants to know of it. */
  listens(address: string): void
  /** Draws how much of the database is filled; what is whole goes from the screen. */
  filled(progress: Progress): void
  ends(): void
  ended(): void
}

export function startScreen(
  terminal: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>,
  config: Config,
): StartScreen {
  const bar = progressBar(terminal)
  let isEnding = false
  const say = (...lines: readonly string[]) => {
    bar.clear()
    terminal.write(lines.map(line => `${line}\n`).join(''))
  }
  return {
    listens: address => say(...greeting(config, address)),
    filled({ done, total, what }) {
      const count = (number: number) => number.toLocaleString('en')
      if (done < total && !isEnding) bar.show(done, total, `${count(done)} of ${count(total)} ${what}`)
      else bar.clear()
    },
    ends() {
      isEnding = true
      say('Stopping: pages and tests in progress are finished first. Press Ctrl-C again to stop at once.')
    },
    ended: () => say('Stopped.'),
  }
}

/** Five lines: address, what is shown, where the data are, who may sign in, how to end. */
function greeting(config: Config, address: string): readonly string[] {
  const { backends, file, sampleData, sampleWorld, web } = config
  const shown = sampleWorld
    ? 'made-up sample data, as there is no configuration file'
    : sampleData
      ? 'a few real results as sample data, as there is no configuration file'
      : `what ${file ?? 'the environment'} names`
  const users =
    backends.login.engine === 'local' ? backends.login.users.join(', ') : 'any user of the login provider'
  return [
    `Website    ${address}`,
    `It shows   ${shown}`,
    `Data in    ${resolve(web.dataDir)}${sampleData ? '  (delete the folder to start again)' : ''}`,
    `Sign in    as ${users}`,
    'To stop    Ctrl-C  (--verbose logs more details, --json logs JSON)',
  ]
}
