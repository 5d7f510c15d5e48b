import { BadInput, NotFound } from '../../../../domain/errors.ts'
import type { LineQuery, LineSearch } from '../../../../domain/log/search/search-lines.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { searchLog } from '../../../../queries/runs/log-search.ts'
import { json } from '../../../handlers/page.ts'
import { answerOnce } from '../../../handlers/page-handler.ts'
import { layoutOf } from '../../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../../handlers/stream.ts'
import type { Web } from '../../../web.ts'
import { LogSearchView } from './log-search.view.ts'
import { logSearchAsJson } from './log-search-json.ts'

const LONGEST = 200
const MOST_CONTEXT = 10

/** `…/log/search?q=…`: the lines of a log that have a text, or match a pattern, with those around them. */
export const logSearchPage: Stream<'logSearch'> = {
  limited: true,
  open:
    (web, closing) =>
    async (_, { params: run, query }) => {
      const asked = readQuery(query)
      const found = asked.text === '' ? undefined : await searchedLog(web, run, asked, closing)
      return htmlResponse(LogSearchView({ layout: layoutOf(web), run, asked, found }))
    },
}

/** The same for programs. Throws BadInput without a text to search for. */
export const logSearchJson: Stream<'logSearchJson'> = {
  limited: true,
  open:
    (web, closing) =>
    async (c, { params: run, query }) => {
      const asked = readQuery(query)
      if (asked.text === '') throw new BadInput('“q” must be the text to search for.')
      const found = await searchedLog(web, run, asked, closing)
      return answerOnce(c, json(logSearchAsJson(run, asked, found, web.settings.baseUrl)))
    },
}

async function searchedLog(
  web: Web,
  run: RunKey,
  asked: LineQuery,
  closing: AbortSignal,
): Promise<LineSearch> {
  const found = await searchLog(web.store, run, asked, closing)
  if (found === undefined) throw new NotFound('The object store has no searchable log of this run.')
  return found
}

function readQuery(query: URLSearchParams): LineQuery {
  const text = query.get('q') ?? ''
  if (text.length > LONGEST) throw new BadInput(`“q” has at most ${LONGEST} characters.`)
  return {
    text,
    isPattern: query.get('pattern') === '1',
    ignoreCase: query.get('case') !== '1',
    context: Math.min(numberIn(query, 'context'), MOST_CONTEXT),
    after: numberIn(query, 'after'),
  }
}

function numberIn(query: URLSearchParams, name: string): number {
  const value = query.get(name)
  if (value === null || value === '') return 0
  if (!/^\d{1,9}$/.test(value)) throw new BadInput(`“${name}” must be a number.`)
  return Number(value)
}
