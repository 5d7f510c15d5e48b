import type { RescueRate } from '../../../queries/tests/rescue-rate.ts'
import { type Markup, markup, NOTHING } from '../markup/markup.ts'
import { count } from './numbers.ts'

/** Whether retries helped, to stand beside a way to retry; nothing where that is not known. */
export function rescueWords(rescue: RescueRate | undefined): Markup {
  if (rescue === undefined) return NOTHING
  const numbers = `${count(rescue.passed)} of ${count(rescue.retries)} retries`
  if (rescue.of === 'failure')
    return markup`
      <span class="rescue" title="Of runs of any test with this failure, in a year, as this test has too few">
        ${numbers} after this failure passed
      </span>
    `
  return rescue.of === 'test'
    ? markup`<span class="rescue" title="Of this test, in a year">${numbers} passed</span>`
    : markup`
      <span class="rescue" title="Of all tests of this release and architecture, in a year, as this test has too few">
        ${numbers} passed on this architecture
      </span>
    `
}
