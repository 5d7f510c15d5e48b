import { type RequestForm, readIncompleteForm } from '../../../../domain/request/request-form.ts'
import { previewTestRequest } from '../../../../operations/requests/preview-test-request.ts'
import { type Action, readerHtml } from '../../../handlers/action.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { clientAddress } from '../../../http/limits/client-address.ts'
import { splitUrl } from '../../../http/request-target.ts'
import { signInOf } from '../../../sign-in/open-sign-in.ts'
import type { WebSettings } from '../../../web.ts'
import { RequestView } from './request.view.ts'

/** Empty fields beyond the filled ones; the same number is added each time. */
const STEP = 5
const MOST_EMPTY = 100

/**
 * `/request`: the form in which people ask for tests, filled in as its address says, and what would become of the
 * request. Its other button leads to `/request.cgi`, with the same parameters.
 */
export const requestPage: Action<'request'> = {
  methods: ['GET'],
  open(web) {
    const signIn = signInOf(web)
    return async c => {
      const address = splitUrl(c.req.url)
      const query = new URLSearchParams(address.query)
      const wantsPreview = query.has('preview')
      const empty = Math.min(MOST_EMPTY, Math.max(0, Math.trunc(Number(query.get('more'))) || 0))
      for (const own of ['preview', 'more']) query.delete(own)
      const who = await signIn.reader(c)
      const { group } = clientAddress(c, web.settings.trustedProxies)
      const asker = who && { requester: who.nickname, address: group }
      const preview = wantsPreview
        ? await previewTestRequest(web, web.settings, query, asker, new Date())
        : undefined
      const given = readIncompleteForm(query)
      const response = readerHtml(
        RequestView({
          layout: { ...layoutOf(web), reader: who?.nickname },
          form: wantsPreview ? given : withOnlyChoice(given, query, web.settings),
          preview,
          releases: [...web.settings.releases].reverse(),
          arches: web.settings.arches,
          empty: { now: empty, next: empty + STEP },
          here: `${web.settings.baseUrl}${address.path}${address.query === '' ? '' : `?${address.query}`}`,
        }),
      )
      return who === undefined ? response : signIn.keep(c, response, who)
    }
  },
}

/**
 * What has only one answer is given, and what most people choose is chosen: the newest release, the one architecture.
 */
function withOnlyChoice(
  form: RequestForm,
  query: URLSearchParams,
  { releases, arches }: Pick<WebSettings, 'releases' | 'arches'>,
): RequestForm {
  return {
    ...form,
    release: query.has('release') ? form.release : (releases.at(-1) ?? ''),
    arches: form.arches.length === 0 && arches.length === 1 ? arches : form.arches,
  }
}
