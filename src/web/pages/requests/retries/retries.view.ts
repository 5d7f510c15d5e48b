import type { Refusal } from '../../../../domain/request/request-form.ts'
import type { Run } from '../../../../domain/run/run.ts'
import type { RunKey } from '../../../../domain/test/test.ts'
import { RETRY_HOWS, type RetryHow } from '../../../../domain/trigger/retry-plan.ts'
import type { LimitRefusal } from '../../../../operations/requests/check-limits.ts'
import type { RetryPreview } from '../../../../operations/requests/preview-retries.ts'
import type { AcceptedRequest } from '../../../../operations/requests/submit-requests.ts'
import { links } from '../../../links.ts'
import { Empty } from '../../../ui/empty.view.ts'
import { count, counted } from '../../../ui/facts/numbers.ts'
import { triggerList } from '../../../ui/facts/trigger-list.ts'
import { verdictMark } from '../../../ui/facts/verdict.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { type Child, type Markup, markup } from '../../../ui/markup/markup.ts'
import { PreviewOutcome } from '../request/preview.view.ts'

const TITLE = 'Retry runs'

interface WithLayout {
  readonly layout: LayoutData
}

/** The user has to be logged in; the selection is kept. */
export function AnonymousView({
  layout,
  count: selected,
  next,
}: WithLayout & { count: number; next: string }) {
  return Layout({
    layout,
    title: TITLE,
    here: 'request',
    children: markup`
      <h1>${TITLE}</h1>
      <p>
        You are not logged in. Tests are requested by people who can upload the package, or one that triggers
        its test${selected > 0 && stillSelected(selected)}.
      </p>
      ${LoginForm({ layout, next })}
    `,
  })
}

const stillSelected = (selected: number): Markup =>
  markup`; ${selected === 1 ? 'the run' : `the ${counted(selected, 'run')}`} that you have selected will stay selected`

interface Row {
  readonly key: RunKey
  /** Undefined if there is no such run. */
  readonly run: Run | undefined
}

export interface PreviewedRetriesProps extends WithLayout {
  readonly rows: readonly (Row & { readonly preview: RetryPreview | undefined })[]
  /** How they would be run, if not as they were. */
  readonly retrying: { readonly how: RetryHow; readonly added: readonly string[] }
  /** The runs, as they are posted. */
  readonly names: readonly string[]
  readonly limited: LimitRefusal | undefined
  readonly token: string
  /** It was posted, but not from this page, or too long after. */
  readonly isAgain: boolean
}

/** What would happen to each, and the button that has it done. */
export function PreviewedRetriesView(props: PreviewedRetriesProps) {
  const { layout, rows, names, retrying, limited, token, isAgain } = props
  const possible = rows.filter(({ preview }) => preview?.isPossible).length
  if (rows.length === 0) return NothingSelected({ layout })
  return Layout({
    layout,
    title: TITLE,
    here: 'request',
    children: markup`
      <h1>Retry ${counted(rows.length, 'run')}?</h1>
      ${
        (retrying.how !== 'as it was' || retrying.added.length > 0) &&
        markup`
          <p>
            To be run ${RETRY_HOWS[retrying.how]}
            ${retrying.added.length > 0 && markup`, adding ${retrying.added.join(' ')}`}.
          </p>
        `
      }
      ${isAgain && markup`<p class="note">Nothing has been requested yet: check the request, and confirm it here.</p>`}
      ${limited !== undefined && markup`<p class="problem">${limited.lines.join(' ')}</p>`}
      <form action="${links.retries()}" method="post">
        <input type="hidden" name="confirm" value="${token}"/>
        ${names.map(name => markup`<input type="hidden" name="run" value="${name}"/>`)}
        <input type="hidden" name="how" value="${retrying.how}"/>
        <input type="hidden" name="add" value="${retrying.added.join(' ')}"/>
        <p>${
          possible === 0
            ? 'None of them would be queued.'
            : markup`
              <button type="submit" class="main">Request ${counted(possible, 'test')}</button>${' '}
              ${
                possible < rows.length &&
                markup`
                  <span>The other ${count(rows.length - possible)} would not be queued.</span>
                `
              }
            `
        }</p>
      </form>
      ${Rows({
        caption: 'What would happen to each',
        rows: rows.map(row => ({ ...row, what: WouldBe({ run: row.run, preview: row.preview }) })),
      })}
    `,
  })
}

function NothingSelected({ layout }: WithLayout) {
  return Layout({
    layout,
    title: TITLE,
    here: 'request',
    children: markup`
      <h1>${TITLE}</h1>
      ${Empty({
        children: markup`
          No run is selected. Select runs in the history of a test or among the${' '}
          <a href="${links.recent({ result: 'fail' })}">recent failures</a>, then press “Retry selected” below
          the table.
        `,
      })}
    `,
  })
}

function WouldBe({ run, preview }: { run: Run | undefined; preview: RetryPreview | undefined }) {
  if (run === undefined || preview === undefined)
    return markup`<span class="problem">there is no such run</span>`
  const { problems, permission, tests, isRepeated, isPartial } = preview
  if (problems.length > 0)
    return markup`<span class="problem">${problems.map(one => one.text).join('. ')}</span>`
  if (isRepeated) return markup`only once: another of these requests the same run`
  if (permission !== undefined && !('because' in permission)) {
    return markup`<span class="problem">${permission.lines.join(' ')}</span>`
  }
  if (isPartial) return markup`<span class="problem">cannot be checked right now; try again later</span>`
  return markup`
    ${tests.map(test => PreviewOutcome({ test }))}
    ${permission !== undefined && markup`<span class="quiet">, as ${permission.because}</span>`}
  `
}

/** The outcome for one run. */
export type RetryOutcome = Refusal | LimitRefusal | readonly AcceptedRequest[] | 'no such run' | 'away'

/** What happened to each. */
export function RetriedView({
  layout,
  rows,
}: WithLayout & { readonly rows: readonly (Row & { readonly outcome: RetryOutcome })[] }) {
  const queued = rows.filter(({ outcome }) => typeof outcome === 'object' && !('lines' in outcome)).length
  return Layout({
    layout,
    title: TITLE,
    here: 'request',
    children: markup`
      <h1>
        ${queued === 0 ? 'No test was requested' : `${counted(queued, 'test')} requested`}
        ${queued < rows.length && ` of ${count(rows.length)}`}
      </h1>
      ${
        layout.reader !== undefined &&
        markup`<p><a href="${links.user({ nick: layout.reader })}">Your requests</a></p>`
      }
      ${Rows({
        caption: 'What happened to each',
        rows: rows.map(row => ({ ...row, what: Became({ outcome: row.outcome }) })),
      })}
    `,
  })
}

function Became({ outcome }: { outcome: RetryOutcome }) {
  if (outcome === 'no such run') return markup`<span class="problem">there is no such run</span>`
  if (outcome === 'away') {
    return markup`
      <span class="problem">not requested, as Launchpad or the broker does not answer; try again later</span>
    `
  }
  if ('lines' in outcome) return markup`<span class="problem">${outcome.lines.join(', ')}</span>`
  return markup`${outcome.map(
    ({ uuid }) => markup`${verdictMark('queued')} <a href="${links.requestProgress({ uuid })}">follow it</a>`,
  )}`
}

function Rows({ caption, rows }: { caption: string; rows: readonly (Row & { readonly what: Child })[] }) {
  return markup`
    <table class="runs readable retries">
      <caption>${caption}</caption>
      <thead>
        <tr>
          <th scope="col">Test</th>
          <th scope="col">Triggers</th>
          <th scope="col">${caption.startsWith('What would') ? 'What would happen' : 'What happened'}</th>
        </tr>
      </thead>
      <tbody>${rows.map(
        ({ key, run, what }) => markup`
          <tr data-row="true">
            <td class="id"><a href="${links.run(key)}">${key.package}</a> on ${key.release} ${key.arch}</td>
            <td data-head="Triggers">${triggerList(run?.triggers ?? null)}</td>
            <td data-head="Outcome">${what}</td>
          </tr>
        `,
      )}</tbody>
    </table>
  `
}
