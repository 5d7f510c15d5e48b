import type { TriggerFailure } from '../../../../backends/derived/triggers.ts'
import { verdictOf } from '../../../../domain/run/verdict.ts'
import { triggerText } from '../../../../domain/trigger/trigger.ts'
import { firstFailures } from '../../../../queries/failures/first-failures.ts'
import { plannedRetries, regressions } from '../../../../queries/triggers/regressions.ts'
import { type Answer, html, json, type Page } from '../../../handlers/page.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { links } from '../../../links.ts'
import { readPaging } from '../../../parameters/paging.ts'
import {
  REGRESSION_PARAMETERS,
  readRegressionFilter,
  readRetryHow,
  readState,
} from '../../../parameters/regression-filter.ts'
import type { Web } from '../../../web.ts'
import { groupFailures, isGroupBy } from './group-failures.ts'
import { RegressionsView } from './regressions.view.ts'

/** `/regressions`: what failed and holds uploads up, by trigger or by test. */
export const regressionsPage: Page<'regressions'> = {
  from: ['derived', 'minute'],
  async render({ query }, web) {
    const format = query.get('format')
    if (format === 'json') return asJson(query, web)
    const found = await regressions(web, readRegressionFilter(query, new Date()))
    const asked = query.get('by')
    const by = isGroupBy(asked) ? asked : 'trigger'
    const why = by === 'failure' ? await firstFailures(web.derived, found.failures) : undefined
    const { offset } = readPaging(query)
    const given = Object.fromEntries(REGRESSION_PARAMETERS.map(name => [name, query.get(name) ?? '']))
    const groups = groupFailures(found.failures, by, why)
    const { releases } = web.settings
    const hasExcuses = web.documents.excuses !== undefined
    const teams = [...((await web.documents.teams?.current())?.value?.keys() ?? [])]
    return html(
      RegressionsView({
        ...{ layout: layoutOf(web), found, groups, by, offset, given, releases, teams },
        ...{ hasExcuses, state: readState(query) },
      }),
    )
  },
}

export const regressionsJsonPage: Page<'regressionsJson'> = {
  from: ['derived', 'minute'],
  render: ({ query }, web) => asJson(query, web),
}

async function asJson(query: URLSearchParams, web: Web): Promise<Answer> {
  const { failures, index, isCut } = await regressions(web, readRegressionFilter(query, new Date()))
  return json({ complete: index.isComplete, more: isCut, regressions: failures.map(regressionJson) })
}

/** One failure, as programs are told it. */
export const regressionJson = (failure: TriggerFailure) => ({
  trigger: triggerText(failure.trigger),
  release: failure.release,
  arch: failure.arch,
  package: failure.package,
  outcome: failure.outcome,
  run_id: failure.runId,
  version: failure.version,
  exitcode: failure.exitcode,
  result: verdictOf(failure.exitcode),
  url: links.run(failure),
})

/** The addresses of the requests that run it all again, one a line, for scripts. */
export const regressionsTextPage: Page<'regressionsText'> = {
  from: ['derived', 'minute'],
  async render({ query }, web) {
    const { how, added } = readRetryHow(query)
    const { failures } = await regressions(web, readRegressionFilter(query, new Date()))
    const planned = await plannedRetries(web, failures, how, added)
    const lines = planned.map(
      one => `${web.settings.baseUrl}${links.retry(one, one.triggers, one.allProposed)}\n`,
    )
    return {
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: lines.join(''),
      cache: 'revalidate',
    }
  },
}
