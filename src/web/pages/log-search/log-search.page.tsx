import { BadInput, NotFound } from '../../../domain/errors.ts'
import type { LineQuery } from '../../../domain/log/search/search-lines.ts'
import { searchLog } from '../../../queries/runs/log-search.ts'
import { layoutOf } from '../../handlers/page-layout.ts'
import { htmlResponse, type Stream } from '../../handlers/stream.ts'
import { LogSearchView } from './log-search.view.tsx'

const LONGEST = 200
const MOST_CONTEXT = 10

/** `…/log/search?q=…`: the lines of a log that have a text, or match a pattern, with those around them. */
export const logSearchPage: Stream<'logSearch'> = {
  limited: true,
  open:
    (web, closing) =>
    async (_, { params: run, query }) => {
      const asked = readQuery(query)
      const found = asked.text === '' ? undefined : await searchLog(web.store, run, asked, closing)
      if (asked.text !== '' && found === undefined)
        throw new NotFound('The object store has no log of this run that could be searched.')
      return htmlResponse(LogSearchView({ layout: layoutOf(web), run, asked, found }))
    },
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
