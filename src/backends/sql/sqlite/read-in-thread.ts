import pLimit from 'p-limit'
import { runInThread } from '../../../threads.ts'
import { storableAll } from '../storable.ts'
import type { ReadInput } from './read.thread.ts'

/** One at a time: long reads wait for one another, and delay nobody else. */
const oneAtATime = pLimit(1)

/** Rows of a statement that may take long, read off the calling thread. */
export function readInThread<Row>(
  file: string,
  sql: string,
  parameters: readonly unknown[],
  signal?: AbortSignal,
): Promise<Row[]> {
  const input: ReadInput = { file, sql, parameters: storableAll(parameters) }
  return oneAtATime(() => runInThread<Row[]>(import.meta.url, './read.thread', input, { signal }))
}
