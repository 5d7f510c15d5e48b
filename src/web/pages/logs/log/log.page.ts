import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { NotFound } from '../../../../domain/errors.ts'
import { distributionContainer, runDirectory } from '../../../../domain/run/container.ts'
import { isRetryable, verdictOf } from '../../../../domain/run/verdict.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { notesOfRun } from '../../../../queries/notes/notes-of-run.ts'
import { layoutOf, versionsOf } from '../../../handlers/page-layout.ts'
import { openForAnswer } from '../../../handlers/stored-body.ts'
import type { Stream } from '../../../handlers/stream.ts'
import { chooseEncoding } from '../../../http/encoding.ts'
import { cached } from '../../../http/headers.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { type KeptLog, KeptLogs } from './kept-logs.ts'
import { logPage } from './log.view.ts'
import { answerWithLog, type KnownLog, streamLog } from './log-stream.ts'

/**
 * A run's log inside the site, streamed from the store: the page's head leaves before the log has been read,
 * and memory holds one line, or the compressed log while its index is made. Those read last are kept as they were sent.
 */
export const logStream: Stream<'log'> = {
  limited: true,
  open(web, closing) {
    const kept = new KeptLogs(KEPT_BYTES / web.commons.processes)
    const version = versionsOf(web)
    return (c, { params }) => openLog(web, c, params, closing, kept, version(['results', 'derived', 'notes']))
  },
}

/** Bytes of compressed pages that are kept, in all processes of the website. */
const KEPT_BYTES = 24 * 1024 * 1024

/** @param version of all that the page is made from but the log */
async function openLog(
  web: Web,
  c: Context,
  key: RunKey,
  closing: AbortSignal,
  kept: KeptLogs,
  version: string,
): Promise<Response> {
  const name = `${runDirectory(key)}/log.gz`
  const known = wantsKept(c) ? kept.find(name, version) : undefined
  if (known !== undefined) return sendKeptLog(c, known)
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
        : 'The object store has no log of this run: it is too old, or was entered by hand for a new release.',
    )
  }
  const index = details?.state === 'known' ? details.log : undefined
  const notes = await notesOfRun(web, key, failures)
  const page = logPage({
    layout: layoutOf(web),
    notes,
    test: key,
    run,
    retryable: run !== undefined && isRetryable(verdictOf(run.exitcode)),
    compressed: object.bytes,
  })
  const marks = { index, failures: failures ?? [] }
  const etag = etagOf([object.etag, page.before, index === undefined ? 'new' : 'known', linesOf(marks)])
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    ...cached('revalidate'),
    vary: 'Accept-Encoding',
    etag,
  }
  if (c.req.method === 'HEAD' || c.req.header('if-none-match')?.includes(etag)) {
    return new Response(null, { status: c.req.method === 'HEAD' ? 200 : 304, headers })
  }
  const same = wantsKept(c) ? kept.confirm(name, etag, version) : undefined
  if (same !== undefined) {
    object.body.destroy()
    return sendKeptLog(c, same)
  }
  let isWhole = true
  const html = streamLog(page, object, marks, links.rawFile(key, 'log.gz'), error => {
    isWhole = false
    web.log.warn({ err: error, object: name }, 'a log ended prematurely')
  })
  return answerWithLog(html, object, headers, c.req.header('accept-encoding'), {
    most: kept.largest,
    sent(body, sentHeaders) {
      if (isWhole) kept.keep(name, { etag, headers: sentHeaders, body }, version)
    },
  })
}

/** Kept are compressed pages alone; nearly every reader takes them. */
const wantsKept = (c: Context): boolean => chooseEncoding(c.req.header('accept-encoding')) !== 'identity'

function sendKeptLog(c: Context, { etag, headers, body }: KeptLog): Response {
  const isKnown = c.req.header('if-none-match')?.includes(etag) ?? false
  if (isKnown || c.req.method === 'HEAD') {
    const { 'content-encoding': _encoding, ...plain } = headers
    return new Response(null, { status: isKnown ? 304 : 200, headers: plain })
  }
  return new Response(body, { headers: { ...headers, 'content-length': String(body.byteLength) } })
}

/** Which lines are marked. */
const linesOf = ({ failures }: KnownLog): string =>
  failures.flatMap(({ lines }) => lines.map(({ number }) => number)).join()

function etagOf(parts: readonly string[]): string {
  return `W/"${createHash('sha256').update(parts.join('\0')).digest('base64url').slice(0, 22)}"`
}
