import { expect, it } from 'vitest'
import { keptAnswers } from './kept-answers.ts'

const HOUR = 3_600_000
const counting = () => {
  let asked = 0
  return async () => ++asked
}

it('asks once while the answer is good, also for those who come while it is under way', async () => {
  const [kept, ask] = [keptAnswers(5), counting()]
  const get = () => kept.get('a', ask, () => HOUR)
  expect(await Promise.all([get(), get()])).toEqual([1, 1])
  expect(await get()).toBe(1)
  expect(await kept.get('b', ask, () => HOUR)).toBe(2)
})

it('asks again for an answer that is good for no time, and after a failure', async () => {
  const [kept, ask] = [keptAnswers(5), counting()]
  const get = () => kept.get('a', ask, () => 0)
  expect([await get(), await get()]).toEqual([1, 2])
  const failing = () =>
    kept.get(
      'b',
      () => Promise.reject(new Error('away')),
      () => HOUR,
    )
  await expect(failing()).rejects.toThrow('away')
  expect(await kept.get('b', ask, () => HOUR)).toBe(3)
})

it('keeps the last ones alone', async () => {
  const [kept, ask] = [keptAnswers(2), counting()]
  const get = (question: string) => kept.get(question, ask, () => HOUR)
  expect([await get('a'), await get('b'), await get('c'), await get('b')]).toEqual([1, 2, 3, 2])
  expect(await get('a')).toBe(4)
})
