import type { RequestForm } from '../../../../domain/request/request-form.ts'
import type { RequestProblem } from '../../../../domain/request/request-problems.ts'
import type { PreviewedTest, RequestPreview } from '../../../../operations/requests/preview-test-request.ts'
import { links } from '../../../links.ts'
import { counted } from '../../../ui/facts/numbers.ts'
import { triggerList } from '../../../ui/facts/trigger-list.ts'
import { verdictLink, verdictMark } from '../../../ui/facts/verdict.ts'
import { markup } from '../../../ui/markup/markup.ts'

export interface PreviewViewProps {
  readonly preview: RequestPreview | undefined
  readonly form: RequestForm
  /** Who is signed in. */
  readonly reader: string | undefined
}

/** What would become of the request, and who may make it. */
export function PreviewView({ preview, form, reader }: PreviewViewProps) {
  return markup`
    <section id="preview" aria-label="Preview" tabindex="-1">${
      preview === undefined
        ? markup`
          <p class="empty">
            A preview shows for each architecture whether a request would be queued, and whether you are allowed to
            make it. Nothing is queued by a preview.
          </p>
        `
        : markup`
          <h2>Preview</h2>
          ${Conclusion({ preview, reader })}
          ${FormProblems({ problems: preview.problems })}
          ${preview.tests.length > 0 && Tests({ tests: preview.tests })}
          ${preview.tests.length > 0 && What({ form })}
        `
    }</section>
  `
}

function Conclusion({
  preview,
  reader,
}: Omit<PreviewViewProps, 'preview' | 'form'> & { preview: RequestPreview }) {
  const { problems, permission, limited, isPartial } = preview
  const impossible = preview.tests.filter(test => test.live !== undefined || test.isConsumed === false)
  return markup`
    ${
      problems.length > 0 &&
      markup`
        <p class="problem">Nothing would be queued: ${counted(problems.length, 'problem')} to fix.</p>
      `
    }
    ${
      problems.length === 0 &&
      impossible.length > 0 &&
      markup`
        <p class="problem">
          Nothing would be queued:${' '}
          ${
            impossible.length === preview.tests.length
              ? 'none of these tests can be queued.'
              : `a request is accepted as a whole. Leave out ${impossible.map(test => test.planned.arch).join(', ')}.`
          }
        </p>
      `
    }
    ${
      isPartial &&
      markup`
        <p class="note">
          Launchpad or the broker does not answer at the moment, so not everything could be checked. A request would
          be refused; try again later.
        </p>
      `
    }
    ${
      reader === undefined &&
      problems.length === 0 &&
      markup`
        <p class="note">
          You are not logged in. Whether the packages are published, and whether you are allowed to request this, is
          checked once you are.
        </p>
      `
    }
    ${
      permission !== undefined &&
      ('because' in permission
        ? markup`<p class="may">You are allowed to request this: ${permission.because}.</p>`
        : markup`<p class="problem">You are not allowed to request this. ${permission.lines.join(' ')}</p>`)
    }
    ${
      limited !== undefined &&
      markup`
        <p class="problem">
          ${limited.lines.join(' ')} Try again in ${counted(Math.ceil(limited.retryAfter / 60), 'minute')}.
        </p>
      `
    }
  `
}

/** More than this are beside their fields only. */
const LISTED = 8

function FormProblems({ problems }: { problems: readonly RequestProblem[] }) {
  if (problems.length === 0) return null
  return markup`
    <ul class="problems">
      ${problems.slice(0, LISTED).map(
        ({ field, value, text }) => markup`
          <li>
            ${field === undefined ? text : markup`<a href="#${field}">${text}</a>`}
            ${
              value !== undefined &&
              !text.includes(value.split('/')[0] as string) &&
              markup`: <code>${value}</code>`
            }
          </li>
        `,
      )}
      ${problems.length > LISTED && markup`<li>and ${problems.length - LISTED} more, shown at their fields</li>`}
    </ul>
  `
}

function Tests({ tests }: { tests: readonly PreviewedTest[] }) {
  return markup`
    <table class="previewed">
      <caption>${counted(tests.length, 'test')}</caption>
      <thead><tr><th scope="col">Architecture</th><th scope="col">What would happen</th></tr></thead>
      <tbody>${tests.map(
        test =>
          markup`<tr><th scope="row">${test.planned.arch}</th><td>${PreviewOutcome({ test })}</td></tr>`,
      )}</tbody>
    </table>
  `
}

/** What becomes of one test by itself. */
export function PreviewOutcome({ test: { planned, queue, live, isConsumed } }: { test: PreviewedTest }) {
  if (live !== undefined) {
    const href = live === 'running' ? links.runningPackage(planned.package) : links.runningQueue(planned)
    return markup`already ${verdictLink(live, href)}: the same test with the same triggers`
  }
  if (isConsumed === false) {
    return markup`
      ${verdictMark('error')}: nothing consumes ${planned.release}/${planned.arch}, so it cannot be queued
    `
  }
  return markup`goes to the queue <code>${queue}</code>`
}

function What({ form }: { form: RequestForm }) {
  return markup`
    <dl class="facts">
      <dt>package</dt>
      <dd><code>${form.package}</code></dd>
      <dt>triggers</dt>
      <dd>${triggerList(form.triggers, form.triggers.length)}</dd>
      ${form.ppas.length > 0 && markup`<dt>ppas</dt><dd>${triggerList(form.ppas)}</dd>`}
      ${form.allProposed && markup`<dt>all-proposed</dt><dd>1</dd>`}
      ${form.readableBy && markup`<dt>readable-by</dt><dd>${form.readableBy}</dd>`}
    </dl>
  `
}
