import type { FailureProgress } from '../../backends/derived/failures.ts'
import { markup } from '../ui/markup/markup.ts'
import { count } from './facts/numbers.ts'

/** Says that not all is known yet, where logs from before are still being read. */
export function ReadingLogs({ reading }: { readonly reading: FailureProgress | undefined }) {
  if (reading === undefined) return null
  return markup`
    <p class="note">
      The logs of older runs are being read: ${count(reading.total - reading.waiting)} of${' '}
      ${count(reading.total)}. Until then this page may be incomplete.
    </p>
  `
}
