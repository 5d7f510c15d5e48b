import type { Context } from 'hono'
import type { ObjectInfo } from '../../../../backends/store/store.ts'
import { isReader } from '../../../../queries/requests/is-reader.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { noSuchPage } from '../../../http/error-answers.ts'
import { cached, UPLOADED_HEADERS } from '../../../http/headers.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { objectHeaders, sendObject } from '../../../http/send-object.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import type { Web } from '../../../web.ts'
import { answerPrivateLog } from './private-log.ts'
import { LoginNeededView, WordsView } from './private-results.view.ts'
import { type PrivateFile, readPrivateFile } from './private-run.ts'
import { RunReaders, redacted } from './run-readers.ts'

/**
 * `/private-results/<container>/<release>/<arch>/<prefix>/<package>/<run id>/<file>`: files of private runs, and as
 * `log` our page of the log, for those whom the run's `readable-by` names. To all others it is the same whether there
 * is such a run or not.
 */
export const privateResults: Action<'privateFile'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    const readers = new RunReaders(web.store)
    return async (c, { params }) => {
      const asked = readPrivateFile(params)
      if (asked === undefined) throw noSuchPage()
      const who = await signIn.reader(c)
      const layout = { ...layoutOf(web), reader: who?.nickname }
      const words = (text: string, status: 200 | 403 | 404) =>
        readerHtml(WordsView({ layout, words: text }), status)
      if (!asked.isPrivate) return words('Limited to private results only.', 200)
      if (who === undefined) {
        return readerHtml(LoginNeededView({ layout, next: splitUrl(c.req.url).path }))
      }
      const names = await readers.of(asked.container, asked.folder)
      const response = (await isReader(web.launchpad, who.nickname, names))
        ? ((await sendPrivate(c, web, asked, who.nickname)) ?? words('Log not found.', 404))
        : words("You can't access these logs.", 403)
      return signIn.keep(c, response, who)
    }
  },
}

async function sendPrivate(
  c: Context,
  web: Web,
  { container, folder, file, run }: PrivateFile,
  reader: string,
): Promise<Response | undefined> {
  if (file === 'log' && run !== undefined) return answerPrivateLog(c, web, container, run, reader)
  const headersOf = (info: ObjectInfo) => privateHeaders(file, info)
  return redacted(sendObject(web.store, c, container, `${folder}/${file}`, { headersOf }))
}

/** Whatever is compressed is shown by browsers as text, as it has always been. */
function privateHeaders(file: string, info: ObjectInfo): Record<string, string> {
  const compressed = { 'content-type': 'text/plain; charset=UTF-8', 'content-encoding': 'gzip' }
  return {
    ...objectHeaders(info),
    ...(file.endsWith('.gz') && compressed),
    ...UPLOADED_HEADERS,
    ...cached('private'),
  }
}
