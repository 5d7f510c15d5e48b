import { expect, it } from 'vitest'
import { turn } from './turns.ts'

it('one piece of long work is done in a turn of the event loop, in the order in which they ask', async () => {
  const done: string[] = []
  const loop = (async () => {
    for (let round = 0; round < 12; round++) {
      await new Promise<void>(resolve => setImmediate(resolve))
      done.push('|')
    }
  })()
  const work = async (name: string) => {
    for (let piece = 0; piece < 3; piece++) {
      await turn()
      done.push(name)
    }
  }
  await Promise.all([work('a'), work('b'), work('c'), loop])
  expect(done.filter(name => name !== '|').join('')).toBe('abcabcabc')
  expect(done.join('')).not.toMatch(/[abc]{2}/)
})
