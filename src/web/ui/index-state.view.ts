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
      What became of triggers is still being worked out from the results, so this is not all.${' '}
      ${
        reached === undefined
          ? 'It has not begun yet.'
          : markup`It has come to a run of ${runMoment(reached)}.`
      }
    </p>
  `
}
