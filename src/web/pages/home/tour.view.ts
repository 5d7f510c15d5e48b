import { links } from '../../links.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'
import type { SampleTour } from '../../web.ts'

/** Five pages to visit, for a first look at the sample data. */
export function Tour({ tour }: { readonly tour: SampleTour }): Markup {
  const { upload, flaky, onOneArch, stuck } = tour
  const asked = { ...flaky, trigger: 'migration-reference/0', preview: 1 }
  return markup`
    <section class="tour" aria-labelledby="tour">
      <h2 id="tour">A tour in five steps</h2>
      <ol>
        <li>
          An upload broke forty tests two days ago:${' '}
          <a href="${links.trigger(upload)}">${upload.source} ${upload.version}</a>${' '}
          says which, and why they all fail in the same way.
        </li>
        <li>
          <a href="${links.test(flaky)}">${flaky.package}</a> fails every other time, and passes when it is retried:
          its history counts how often.
        </li>
        <li>
          <a href="${links.test(onOneArch)}">${onOneArch.package}</a> fails on ${onOneArch.arch} alone: its newest run
          shows the line that says why, and what changed since the last pass.
        </li>
        <li>
          <a href="${links.running()}">What runs and waits</a> moves while you look, and ${stuck} has got stuck.
        </li>
        <li>
          <a href="${links.requestPreview(asked)}">Ask for a test</a>: log in as alice, press Request, and
          follow its log until it ends.
        </li>
      </ol>
    </section>
  `
}
