import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { NotFound } from '../../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../../domain/run/container.ts'
import { isRetryable, verdictOf } from '../../../domain/run/verdict.ts'
import type { RunKey } from '../../../domain/test/test.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { openForAnswer } from '../../handlers/stored-body.ts'
import type { Stream } from '../../handlers/stream.ts'
import { links } from '../../links.ts'
import type { Web } from '../../web.ts'
import { logPage } from './log.view.tsx'
import { type KnownLog, sendPieces, streamLog } from './log-stream.ts'

/**
 * A run's log inside the site, streamed from the store: the page's head leaves before the log has been read,
 * and memory holds one line, or the compressed log while its index is made.
 */
export const logStream: Stream<'log'> = {
  limited: true,
  open:
    (web, closing) =>
    (c, { params }) =>
      openLog(web, c, params, closing),
}

async function openLog(web: Web, c: Context, key: RunKey, closing: AbortSignal): Promise<Response> {
  const name = `${runDirectory(key)}/log.gz`
  const [run, details, failures, object] = await Promise.all([
    web.results.run(key),
    web.derived.details(key),
    web.derived.failures.of(key),
    openForAnswer(c, web.store.get(distributionContainer(key.release), name, { signal: closing })),
  ])
  if (object === undefined) {
    throw new NotFound(
      run === undefined
        ? 'There is no such run.'
        : 'The object store has no log of this run: it is too old, or was entered by hand when its release was opened.',
    )
  }
  const index = details?.state === 'known' ? details.log : undefined
  const page = logPage({
    layout: layoutOf(web),
    test: key,
    run,
    retryable: run !== undefined && isRetryable(verdictOf(run.exitcode)),
    compressed: object.bytes,
  })
  const known = { index, failures: failures ?? [] }
  const etag = etagOf([object.etag, page.before, index === undefined ? 'new' : 'known', linesOf(known)])
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'public, no-cache',
    vary: 'Accept-Encoding',
    etag,
  }
  if (c.req.method === 'HEAD' || c.req.header('if-none-match')?.includes(etag)) {
    return new Response(null, { status: c.req.method === 'HEAD' ? 200 : 304, headers })
  }
  const html = streamLog(page, object, known, links.rawFile(key, 'log.gz'), error =>
    web.log.warn({ err: error, object: name }, 'a log ended before its end'),
  )
  return sendPieces(html, object.body, headers, c.req.header('accept-encoding'))
}

/** Which lines are marked. */
const linesOf = ({ failures }: KnownLog): string =>
  failures.flatMap(({ lines }) => lines.map(({ number }) => number)).join()

function etagOf(parts: readonly string[]): string {
  return `W/"${createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22)}"`
}
