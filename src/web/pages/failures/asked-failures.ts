import type { SignatureFilter, SignatureOrder } from '../../../backends/derived/failures.ts'
import { soughtWords } from '../../../domain/log/failure/search-words.ts'
import { readShortPaging } from '../../parameters/paging.ts'

const ORDERS: readonly SignatureOrder[] = ['latest', 'new', 'tests', 'runs']

/** The filter; invalid words are ignored. */
export function readAskedFailures(query: URLSearchParams) {
  const given = query.get('order')
  const order = ORDERS.find(one => one === given) ?? 'latest'
  const release = query.get('release')?.toWellFormed() ?? ''
  const text = (query.get('q') ?? '').trim().slice(0, 400).toWellFormed()
  const words = soughtWords(text)
  const filter: SignatureFilter = {
    order,
    ...(release === '' ? {} : { release }),
    ...(text === '' ? {} : { words }),
  }
  return { filter, text, page: readShortPaging(query), isVain: text !== '' && words.length === 0 }
}

export type AskedFailures = ReturnType<typeof readAskedFailures>
