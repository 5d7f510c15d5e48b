import { Unavailable } from '../../src/domain/errors.ts'
import { answerThread } from '../../src/threads.ts'

/** What the tests of threads ask for. */
await answerThread((input: { double?: number; fail?: string; unavailable?: string; forever?: boolean }) => {
  if (input.fail !== undefined) throw new Error(input.fail)
  if (input.unavailable !== undefined) throw new Unavailable(input.unavailable)
  while (input.forever) {
    // Keeps the thread busy until it is ended from outside
  }
  return (input.double ?? 0) * 2
})
