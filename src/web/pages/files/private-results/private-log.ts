import type { Context } from 'hono'
import { runDirectory } from '../../../../domain/run/container.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { openForAnswer } from '../../../handlers/stored-body.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { answerWithLog, streamLog } from '../../logs/log/log-stream.ts'
import { storedLogPage } from '../../logs/log/stored-log.view.ts'
import { redacted } from './run-readers.ts'

/** Our page of a private run's log, for one of its readers; undefined if the store has none. */
export async function answerPrivateLog(
  c: Context,
  web: Web,
  container: string,
  run: RunKey,
  reader: string,
): Promise<Response | undefined> {
  const opening = web.store.get(container, `${runDirectory(run)}/log.gz`)
  const object = await redacted(openForAnswer(c, opening))
  if (object === undefined) return undefined
  const headers = { 'content-type': 'text/html; charset=utf-8' }
  if (c.req.method === 'HEAD') return new Response(null, { headers })
  const rawLog = links.fileOfPrivateRun(container, run, 'log.gz')
  const artifacts = links.fileOfPrivateRun(container, run, 'artifacts.tar.gz')
  const layout = { ...layoutOf(web), reader }
  const page = storedLogPage({
    layout,
    kind: 'Private log',
    run,
    rawLog,
    artifacts,
    compressed: object.bytes,
  })
  const pieces = streamLog(page, object, undefined, rawLog, () =>
    web.log.warn({}, 'the log of a private run ended prematurely'),
  )
  return answerWithLog(pieces, object, headers, c.req.header('accept-encoding'))
}
