import { onTestFinished } from 'vitest'
import type { State } from '../../src/backends/state/state.ts'

/** The same database opened twice, as by two websites, until the test ends. */
export async function openTwo(openDatabase: () => Promise<() => Promise<State>>): Promise<[State, State]> {
  const open = await openDatabase()
  const two: [State, State] = [await open(), await open()]
  onTestFinished(async () => {
    for (const state of two) await state.close()
  })
  return two
}
