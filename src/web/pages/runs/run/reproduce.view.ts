import type { StoredDetails } from '../../../../backends/derived/derived.ts'
import { reproduce } from '../../../../domain/reproduce/reproduce.ts'
import { boundSubtests } from '../../../../domain/run/bounded-subtests.ts'
import type { Run } from '../../../../domain/run/run.ts'
import { markup } from '../../../ui/markup/markup.ts'

/** The commands that run this test again on the reader's machine, folded. */
export function Reproduce({
  run,
  details,
}: {
  readonly run: Run
  readonly details: StoredDetails | undefined
}) {
  const subtests = details?.state === 'known' ? boundSubtests(details.subtests).subtests : undefined
  const { commands, notes } = reproduce(run, subtests)
  return markup`
    <details class="reproduce">
      <summary>Reproduce on your own machine</summary>
      ${
        commands.length > 0 &&
        markup`
          <p>
            Use autopkgtest with one of these testbeds, on a machine that can run ${run.arch}. Add${' '}
            <code>--shell-fail</code> for a shell in the testbed where it fails.
          </p>
        `
      }
      ${commands.map(
        ({ testbed, make, command }) => markup`
          <section aria-label="${testbed}">
            <h3>${testbed}</h3>
            <pre tabindex="0" data-copy="true">${command}</pre>
            <p class="quiet">Its testbed is built once with <code>${make}</code></p>
          </section>
        `,
      )}
      <ul>${notes.map(note => markup`<li>${note}</li>`)}</ul>
    </details>
  `
}
