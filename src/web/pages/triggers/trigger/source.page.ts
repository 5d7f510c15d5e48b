import { OUTCOMES } from '../../../../domain/trigger/outcome.ts'
import { triggerVersions } from '../../../../queries/triggers/trigger-versions.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import type { Web } from '../../../web.ts'
import { SourceView } from './source.view.ts'

/** The versions of a source that were triggers; 200 also for one that never was. */
export const sourcePage: Page<'triggerSource'> = {
  from: ['derived'],
  render: ({ params: { source }, query }, web) =>
    query.get('format') === 'json' ? sourceJson(web, source) : sourceHtml(web, source),
}

export const sourceJsonPage: Page<'triggerSourceJson'> = {
  from: ['derived'],
  async render({ params: { source } }, web) {
    // An ending that is a part of a name asks for nothing
    const whole = `${source}.json`
    const isName = (await web.derived.triggers.versions(whole, 1)).length > 0
    return isName ? sourceHtml(web, whole) : sourceJson(web, source)
  },
}

async function sourceHtml(web: Web, source: string): Promise<Answer> {
  return html(SourceView({ layout: layoutOf(web), found: await triggerVersions(web, source) }))
}

async function sourceJson(web: Web, source: string): Promise<Answer> {
  const { versions, index, isCut } = await triggerVersions(web, source)
  return json({
    source,
    complete: index.isComplete && !isCut,
    versions: versions.map(({ version, counts }) => ({
      version,
      trigger: `${source}/${version}`,
      counts: Object.fromEntries(OUTCOMES.map(outcome => [outcome, counts[outcome] ?? 0])),
      url: links.trigger({ source, version }),
    })),
  })
}
