import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** The scripts that run the servers. */
export const services = join(import.meta.dirname, '../../../scripts/services')

/** What every private server can be told. */
export interface ServerControl {
  /** Where its data and logs are. */
  directory: string
  /** Ends it with SIGKILL, as in a power cut; its data stay. */
  kill(): Promise<void>
  /** Starts it again on the same ports and data; an orderly stop comes first if it is still running. */
  restart(): Promise<void>
  /** Ends it and removes all that it left. Whoever forgets it is tidied up after when the process ends. */
  stop(): Promise<void>
}

/** What a script of scripts/services prints after a start: NAME=VALUE, a line each. */
export type Settings = (name: string) => string

/**
 * Starts a private server, by its script, in the care of `keep.sh`, which outlives this process and removes server and data
 * as soon as this process is gone, even by SIGKILL.
 */
export async function startKept(
  script: string,
  args: readonly (string | number)[],
): Promise<[Settings, ServerControl]> {
  const child = spawn(join(services, 'keep.sh'), [join(services, script), ...args.map(String)], {
    detached: true, // a session of its own: Ctrl-C must not end the one who cleans up
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit')
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async () => {
    const answer = await answers.next()
    if (answer.done) throw new Error(`keep.sh ${script} ended unexpectedly`)
    return answer.value
  }
  const directory = await next()
  const serverDirectory = join(directory, 'server')

  // A kept server alone is no reason for this process to go on
  const setRef = (method: 'ref' | 'unref') => {
    child[method]()
    for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as Socket)[method]()
  }
  let last: Promise<unknown> = Promise.resolve()
  /** Has keep.sh run one command, after those given before. */
  const command = (word: string): Promise<void> => {
    const result = last.then(async () => {
      setRef('ref')
      child.stdin.write(`${word}\n`)
      const answer = await next()
      setRef('unref')
      if (answer !== 'ok')
        throw new Error(`${script} ${word}: ${await readFile(join(directory, 'errors'), 'utf8')}`)
    })
    last = result.catch(() => {})
    return result
  }
  const remove = async () => {
    await last
    setRef('ref')
    child.stdin.end()
    await exited
  }

  try {
    await command('start')
  } catch (error) {
    await remove()
    throw error
  }
  const settings = parseSettings(await readFile(join(directory, 'output'), 'utf8'))
  let stopped: Promise<void> | undefined
  return [
    settings,
    {
      directory: serverDirectory,
      kill: () => command('kill'),
      async restart() {
        await command('stop')
        await command('start')
      },
      stop() {
        stopped ??= remove() // not in good order: its data go anyway, and RabbitMQ would take seconds
        return stopped
      },
    },
  ]
}

function parseSettings(text: string): Settings {
  const values = new Map(
    text.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  return name => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`the server script printed no ${name}`)
    return value
  }
}
