import type { RunFilter } from '../../backends/derived/derived.ts'
import { exitcodesOf } from '../../domain/run/verdict.ts'

/** The parameters by which lists of runs can be narrowed. */
export const FILTER_PARAMETERS = ['arch', 'release', 'user', 'result'] as const

/** Empty parameters do not filter, nor does a `result` that is not a verdict to filter by. */
export function readRunFilter(query: URLSearchParams): RunFilter {
  const given = (name: string): string | undefined => query.get(name) || undefined
  const release = given('release')
  const arch = given('arch')
  const requester = given('user')
  const exitcodes = exitcodesOf(given('result') ?? '')
  return {
    ...(release === undefined ? {} : { release }),
    ...(arch === undefined ? {} : { arch }),
    ...(requester === undefined ? {} : { requester }),
    ...(exitcodes === undefined ? {} : { exitcodes }),
  }
}
