import { plainPpa } from '../../domain/request/request-fingerprint.ts'
import { distributionContainer, PRIVATE_CONTAINER } from '../../domain/run/container.ts'
import type { AskedFor, RequestRun } from '../../queries/runs/request-run.ts'
import { links } from '../links.ts'

/** Where the readers of this site find a run. */
export interface RunAddress {
  readonly run: string
  readonly log: string
}

/**
 * Where the run that answers a request is shown, and its log. Runs for a PPA are rows of its page, with their logs as
 * the store has them; of a private run the log is the page.
 */
export function runAddress(
  { run, container }: Pick<RequestRun, 'run' | 'container'>,
  { params }: AskedFor,
): RunAddress {
  if (container === distributionContainer(run.release)) return { run: links.run(run), log: links.log(run) }
  if (container.startsWith(PRIVATE_CONTAINER)) {
    const log = links.fileOfPrivateRun(container, run, 'log')
    return { run: log, log }
  }
  const [owner = '', name = ''] = plainPpa(params.ppas.at(-1) ?? '').split('/')
  return { run: links.userPpa({ nick: owner, ppa: name }), log: links.containerLog({ ...run, container }) }
}
