import { type Program, type SiteProgram, startProgram, startSite } from './program.ts'

/** A process of ours that is killed and started again. */
export interface Killable {
  end(): ReturnType<Program['end']>
  kill(): Promise<unknown>
  /** Starts it again; it must have been killed. */
  start(): Promise<unknown>
  restart(): Promise<void>
}

function killable(begin: () => Promise<Program>, first: Program): Killable {
  let program = first
  const start = async () => {
    program = await begin()
  }
  return {
    end: () => program.end(),
    kill: () => program.end('SIGKILL'),
    start,
    async restart() {
      await program.end('SIGKILL')
      await start()
    },
  }
}

/** Starts a daemon. */
export function daemonOf(name: string, config: string): Killable {
  const begin = () => startProgram('daemon', name, '--config', config)
  return killable(async () => begin(), begin())
}

/** Starts a website, which must have a port of its own to be found at after a restart. */
export async function websiteOf(config: string): Promise<Killable & Pick<SiteProgram, 'url'>> {
  const begin = () => startSite('serve', '--config', config)
  const first = await begin()
  return { ...killable(begin, first), url: first.url }
}
