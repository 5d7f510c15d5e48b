import { resolve } from 'node:path'
import type { Config } from '../../config/config.ts'
import type { Progress } from './daemons-thread.ts'
import { progressBar } from './progress-bar.ts'

/** What a person at a terminal is told of `start`. */
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
      say('Ending: pages and tests under way finish. Ctrl-C again ends at once.')
    },
    ended: () => say('Everything has stopped.'),
  }
}

/** Five lines: address, what is shown, where the data are, who may sign in, how to end. */
function greeting(config: Config, address: string): readonly string[] {
  const { backends, file, sampleData, sampleWorld, web } = config
  const shown = sampleWorld
    ? 'sample data, made up: without a configuration file there is no service to show'
    : sampleData
      ? 'a few real results, as samples: without a configuration file there is no service to show'
      : `what ${file ?? 'the environment'} names`
  const users =
    backends.login.engine === 'local' ? backends.login.users.join(', ') : 'whoever the login provider knows'
  return [
    `Website    ${address}`,
    `It shows   ${shown}`,
    `Data in    ${resolve(web.dataDir)}${sampleData ? '  (delete the folder to start again)' : ''}`,
    `Sign in    as ${users}`,
    'To end     Ctrl-C  (details of what goes on: --verbose; as JSON: --json)',
  ]
}
