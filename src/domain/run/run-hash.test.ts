import { expect, it } from 'vitest'
import { runHash } from './run-hash.ts'

it('joins the parameters by name, as other programs that write running.json do', () => {
  expect(
    runHash({ triggers: ['hello/1'], requester: 'joe', 'submit-time': '2026-09-01 10:11:12+0000' }),
  ).toBe("requester_joe;submit-time_2026-09-01 10:11:12+0000;triggers_['hello/1'];")
  expect(runHash({ 'all-proposed': '1' })).toBe('all-proposed_1;')
  expect(runHash({})).toBe('')
})
