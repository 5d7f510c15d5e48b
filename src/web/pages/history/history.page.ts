import { BadInput } from '../../../domain/errors.ts'
import { looksLikeRunId } from '../../../domain/run/run-id.ts'
import type { TestKey } from '../../../domain/test/test.ts'
import { testHistory } from '../../../queries/tests/test-history.ts'
import { type Answer, html } from '../../handlers/page.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import type { Web } from '../../web.ts'
import { HistoryView } from './history.view.tsx'

/** The runs of one test; 200 also for a test that never ran. */
export async function historyPage(web: Web, test: TestKey, query: URLSearchParams): Promise<Answer> {
  const place = { before: runIdIn(query, 'before'), after: runIdIn(query, 'after') }
  const history = await testHistory(web, test, place)
  const isFirst = place.before === undefined && history.newer === undefined
  return html(HistoryView({ layout: layoutOf(web), history, isFirst }))
}

function runIdIn(query: URLSearchParams, name: string): string | undefined {
  const value = query.get(name)
  if (value === null || value === '') return undefined
  if (!looksLikeRunId(value)) throw new BadInput(`“${name}” must be a run id, which ends in @.`)
  return value
}
