import { type Action, leadTo, readerHtml } from '../../../handlers/action.ts'
import { readForm } from '../../../handlers/body.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { LONGEST_IN_ADDRESS, MOST_PASTED, readChanges } from '../../../parameters/changes.ts'
import { changesView } from './changes.page.ts'
import { ChangesOfView } from './changes-of.view.ts'

/** `/changes/packages`: the same of packages that are pasted, as a form takes more of them than an address. */
export const changesOfPage: Action<'changesOf'> = {
  methods: ['GET', 'POST'],
  open:
    web =>
    async (c, { query }) => {
      if (c.req.method !== 'POST') {
        const { given } = readChanges(query, web.settings.releases, new Date())
        return readerHtml(ChangesOfView({ layout: layoutOf(web), given, most: MOST_PASTED }))
      }
      const form = await readForm(c)
      const { choice, given } = readChanges(form, web.settings.releases, new Date())
      const packages = choice.packages?.join(' ') ?? ''
      if (packages.length <= LONGEST_IN_ADDRESS) {
        return leadTo(links.changes({ ...given, packages, show: query.get('show') ?? undefined }))
      }
      const fields = new URLSearchParams({ ...given, packages })
      return readerHtml(await changesView(web, query, fields))
    },
}
