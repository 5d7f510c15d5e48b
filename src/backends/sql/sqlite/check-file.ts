import { runInThread } from '../../../threads.ts'
import type { CheckInput } from './check.thread.ts'

/**
 * Every fault that SQLite's own integrity check finds in a file, in words. Reads the whole file, in a thread.
 */
export function checkFile(file: string): Promise<string[]> {
  const input: CheckInput = { file }
  return runInThread<string[]>(import.meta.url, './check.thread', input)
}
