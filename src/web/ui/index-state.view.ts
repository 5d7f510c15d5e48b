import { markup } from '../ui/markup/markup.ts'
import { runMoment } from './facts/time.ts'

/** Said where what is shown rests on an index that is still being made. */
export function IndexNote({
  index: { isComplete, reached },
}: {
  readonly index: { readonly isComplete: boolean; readonly reached: string | undefined }
}) {
  if (isComplete) return null
  return markup`
    <p class="note">
      The outcomes of triggers are still being computed from the results, so this page is incomplete.${' '}
      ${
        reached === undefined
          ? 'This has not started yet.'
          : markup`The run of ${runMoment(reached)} has been reached.`
      }
    </p>
  `
}
