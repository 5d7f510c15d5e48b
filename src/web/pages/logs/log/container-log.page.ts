import type { Context } from 'hono'
import { NotFound } from '../../../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../../../domain/run/container.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { redirect } from '../../../handlers/page-handler.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { openForAnswer } from '../../../handlers/stored-body.ts'
import type { Stream } from '../../../handlers/stream.ts'
import { cached } from '../../../http/headers.ts'
import { PublicContainers } from '../../../http/public-containers.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { answerWithLog, streamLog } from './log-stream.ts'
import { storedLogPage } from './stored-log.view.ts'

/**
 * `/logs/<container>/<release>/<arch>/<package>/<run>`: the log of a run in any public container, as of a PPA's,
 * which the results database does not know.
 */
export const containerLog: Stream<'containerLog'> = {
  limited: true,
  open(web, closing) {
    const publicContainers = new PublicContainers(web.store)
    return async (c, { params: { container, ...run } }) => {
      if (container === distributionContainer(run.release))
        return redirect({ status: 302, location: links.log(run) })
      if (!(await publicContainers.has(container))) throw new NotFound('There is no such container.')
      return sendLog(c, web, container, run, closing)
    }
  },
}

async function sendLog(
  c: Context,
  web: Web,
  container: string,
  run: RunKey,
  signal: AbortSignal,
): Promise<Response> {
  const name = `${runDirectory(run)}/log.gz`
  const object = await openForAnswer(c, web.store.get(container, name, { signal }))
  if (object === undefined) throw new NotFound('The object store has no log of such a run.')
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...cached('revalidate'),
    vary: 'Accept-Encoding',
  }
  if (c.req.method === 'HEAD') return new Response(null, { headers })
  const rawLog = links.rawFile(run, 'log.gz', container)
  const artifacts = links.rawFile(run, 'artifacts.tar.gz', container)
  const compressed = object.bytes
  const page = storedLogPage({
    layout: layoutOf(web),
    kind: 'Log',
    run,
    container,
    rawLog,
    artifacts,
    compressed,
  })
  const pieces = streamLog(page, object, undefined, rawLog, error =>
    web.log.warn({ err: error, container, object: name }, 'a log ended prematurely'),
  )
  return answerWithLog(pieces, object, headers, c.req.header('accept-encoding'))
}
