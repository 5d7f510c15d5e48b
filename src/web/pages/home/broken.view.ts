import { verdictOf } from '../../../domain/run/verdict.ts'
import { triggerText } from '../../../domain/trigger/trigger.ts'
import type { BrokenLately, Cause } from '../../../queries/triggers/broken-lately.ts'
import { links } from '../../links.ts'
import { Empty } from '../../ui/empty.view.ts'
import { failureLine } from '../../ui/facts/failure-line.ts'
import { count, counted } from '../../ui/facts/numbers.ts'
import { triggerLink } from '../../ui/facts/trigger-list.ts'
import { verdictLink } from '../../ui/facts/verdict.ts'
import { IndexNote } from '../../ui/index-state.view.ts'
import { type Markup, markup } from '../../ui/markup/markup.ts'

/** Is the archive well today: what broke, by upload and by the line that says why. */
export function Broken({ broken }: { readonly broken: BrokenLately }): Markup {
  return markup`
    <section class="broken">
      <h1>Broken since yesterday</h1>
      ${IndexNote({ index: broken.index })}
      ${broken.tests === 0 ? nothing(broken) : something(broken)}
      <p class="ways-on">
        <a href="${links.regressions({ max_age: 1 })}">Broken since yesterday, by upload</a>${' '}
        <a href="${links.failures({ order: 'new' })}">New failures</a>
      </p>
    </section>
  `
}

const nothing = ({ index }: BrokenLately) =>
  Empty({
    children: index.isComplete
      ? 'Nothing: no test that ended since yesterday is a regression of any upload.'
      : 'None of the results that have been read so far.',
  })

function something({ tests, allUploads, uploads, causes, isCut }: BrokenLately): Markup {
  const are = tests === 1 ? 'is a regression' : 'are regressions'
  return markup`
    <p>
      ${isCut && 'More than '}<strong>${counted(tests, 'test')}</strong> ${are} of ${counted(allUploads, 'upload')}.
    </p>
    <table class="runs uploads">
      <thead><tr><th scope="col">Upload</th><th scope="col" class="n">Tests broken</th></tr></thead>
      <tbody>${uploads.map(uploadRow)}</tbody>
    </table>
    ${causes.length > 0 && causeTable(causes)}
  `
}

function uploadRow({ trigger, tests }: BrokenLately['uploads'][number]): Markup {
  return markup`
    <tr data-row>
      <td class="mono">${triggerLink(triggerText(trigger))}</td>
      <td class="n"><a href="${links.trigger(trigger, { outcome: 'regression' })}">${count(tests)}</a></td>
    </tr>
  `
}

function causeTable(causes: readonly Cause[]): Markup {
  return markup`
    <table class="runs causes">
      <thead>
        <tr>
          <th scope="col">Result</th>
          <th scope="col">Why</th>
          <th scope="col" class="n">Tests</th>
          <th scope="col" class="n">Uploads</th>
        </tr>
      </thead>
      <tbody>${causes.map(causeRow)}</tbody>
    </table>
  `
}

function causeRow({ newest, line, address, tests, uploads }: Cause): Markup {
  return markup`
    <tr data-row>
      <td class="id">${verdictLink(verdictOf(newest.exitcode), links.run(newest))}</td>
      <td>${failureLine(newest, line)}</td>
      <td class="n"><a href="${links.failure({ address })}">${count(tests)}</a></td>
      <td class="n">${count(uploads)}</td>
    </tr>
  `
}
