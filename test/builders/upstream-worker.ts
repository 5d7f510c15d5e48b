import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Broker } from '../../src/backends/broker/broker.ts'
import type { Store } from '../../src/backends/store/store.ts'
import { parseRunDirectory, runDirectory } from '../../src/domain/run/container.ts'
import { runLogPath } from '../../src/domain/run/public-path.ts'
import { eventually } from '../eventually.ts'
import { completionOf } from './completions.ts'
import { aRun } from './run.ts'
import { tarOf } from './stored-run.ts'

/** The queue and the container of the usual webhook's requests. */
export const QUEUE = 'debci-upstream-noble-amd64'
export const CONTAINER = 'autopkgtest-noble-owner-ci'

/** A body that a worker took, and its outcome. */
export interface Taken {
  readonly body: string
  readonly params: { readonly env: readonly string[]; readonly testname?: string; readonly uuid: string }
}

/** Takes the next request of the queue, as soon as there is one. */
export async function take(broker: Broker): Promise<Taken> {
  const delivery = await eventually(async () => {
    const found = await broker.take(QUEUE)
    expect(found).toBeDefined()
    return found
  })
  const body = Buffer.from(delivery?.body ?? []).toString()
  return { body, params: JSON.parse(body.slice(body.indexOf('\n'))) }
}

/** Deviations from the usual files of a run. */
interface RunOptions {
  readonly exitcode?: number
  readonly testinfo?: object
  readonly container?: string
  readonly digits?: string
}

/** Puts a worker's files of a run into the store, and returns its message about it. */
export async function run({ body, params }: Taken, store: Store, options: RunOptions = {}): Promise<string> {
  const { exitcode = 0, container = CONTAINER } = options
  const digits = createHash('sha1').update(`${body}amd64noble`).digest('hex').slice(0, 5)
  const time = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
  const of = aRun()
    .of('hello-upstream')
    .named(`${time}_${options.digits ?? digits}@`)
  const testinfo = options.testinfo ?? { custom_environment: params.env }
  await store.createContainer(container, container.startsWith('private-') ? 'private' : 'public')
  const tar = await tarOf({ exitcode: `${exitcode}\n`, 'testinfo.json': JSON.stringify(testinfo) })
  await store.put(container, `${runDirectory(of)}/result.tar`, tar)
  const env = params.testname === undefined ? '' : `testname=${params.testname}`
  return completionOf(of, { container, exitcode, env, triggers: null })
}

/** The path at which the site shows the log of a run completed in this way. */
export function logOf(completion: string): string {
  const { swift_dir, container } = JSON.parse(completion)
  const run = parseRunDirectory(swift_dir)
  return run === undefined ? '' : runLogPath(container, run)
}
