import type { RequestForm } from '../../../../domain/request/request-form.ts'
import type { RequestField, RequestProblem } from '../../../../domain/request/request-problems.ts'
import type { RequestPreview } from '../../../../operations/requests/preview-test-request.ts'
import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { attribute, markup } from '../../../ui/markup/markup.ts'
import { Field, Problems } from './field.view.ts'
import { ListField } from './list-field.view.ts'
import { PreviewView } from './preview.view.ts'

export interface RequestViewProps {
  readonly layout: LayoutData
  /** As far as it is filled in. */
  readonly form: RequestForm
  /** Undefined if none was asked for. */
  readonly preview: RequestPreview | undefined
  /** Newest first. */
  readonly releases: readonly string[]
  readonly arches: readonly string[]
  /** How many empty fields there are beyond the usual, and how many more one can have. */
  readonly empty: { readonly now: number; readonly next: number }
  /** The address of this page as it is filled in, to come back to. */
  readonly here: string
}

/**
 * The form, and beside it what would become of the request. One form for both buttons: `/request.cgi` takes the same.
 */
export function RequestView(props: RequestViewProps) {
  const { layout, form, preview, empty } = props
  const problems = preview?.problems ?? []
  const of = (field: RequestField) => problems.filter(one => one.field === field)
  return Layout({
    layout,
    title: 'Request a test',
    here: 'request',
    children: markup`
      <h1>Request a test</h1>
      ${layout.reader === undefined && LoginOffer({ layout, here: props.here })}
      <form class="request" method="get" action="${links.requestPreview()}" data-request-form="true">
        <div class="fields">
          ${Package({ value: form.package, problems: of('package') })}
          ${ListField({
            name: 'trigger',
            legend: 'Triggers',
            one: 'trigger',
            hint: 'What causes the test, as source/version: hello/2.10-3. For a reference run: migration-reference/0',
            values: form.triggers,
            empty: empty.now + Math.max(1, 2 - form.triggers.length),
            problems: of('trigger'),
          })}
          ${Place({ ...props, problems })}
          ${ListField({
            name: 'ppa',
            legend: 'PPAs',
            one: 'PPA',
            hint: 'Additional sources of packages, as owner/name. The results belong to the last one.',
            values: form.ppas,
            empty: empty.now + 1,
            problems: of('ppa'),
          })}
          ${Options({ form, problems: of('all-proposed') })}
        </div>
        <div class="verdict-of-request">
          ${PreviewView({ preview, form, reader: layout.reader })}
          <p class="submit">
            <button type="submit" name="preview" value="1" formnovalidate="">Preview</button>${' '}
            <button type="submit" class="main" formaction="${links.requestCgi()}">Request</button>${' '}
            <button
              type="submit"
              name="more"
              value="${String(empty.next)}"
              formnovalidate=""
              data-without-script="true"
            >
              More empty fields
            </button>
          </p>
        </div>
      </form>
    `,
  })
}

function LoginOffer({ layout, here }: { readonly layout: LayoutData; readonly here: string }) {
  return markup`
    <div class="login-offer">
      <p>
        You are not logged in. Tests are requested by people who can upload the package, or one that triggers
        its test; what you have filled in is kept.
      </p>
      ${LoginForm({ layout, next: here })}
    </div>
  `
}

function Package({ value, problems }: { value: string; problems: readonly RequestProblem[] }) {
  return Field({
    id: 'package',
    label: 'Source package',
    problems,
    children: markup`
      <div class="with-list">
        <input
          id="package"
          name="package"
          class="mono"
          value="${value}"
          required=""
          maxlength="120"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          ${attribute('aria-invalid', problems.length > 0 ? 'true' : undefined)}
          aria-describedby="package-problem"
          data-check="package"
        />
      </div>
    `,
  })
}

type PlaceProps = Pick<RequestViewProps, 'form' | 'releases' | 'arches'> & {
  readonly problems: readonly RequestProblem[]
}

/** A given value stays an option even if it is invalid: the problem beside it says so. */
const withGiven = (offered: readonly string[], given: readonly string[]): string[] => [
  ...new Set([...offered, ...given.filter(Boolean)]),
]

function Place({ form, releases, arches, problems }: PlaceProps) {
  const ofRelease = problems.filter(one => one.field === 'release')
  const ofArch = problems.filter(one => one.field === 'arch')
  return markup`
    ${Field({
      id: 'release',
      label: 'Release',
      problems: ofRelease,
      children: markup`
        <select
          id="release"
          name="release"
          required=""
          ${attribute('aria-invalid', ofRelease.length > 0 ? 'true' : undefined)}
          aria-describedby="release-problem"
        >
          <option value="">choose one</option>
          ${withGiven(releases, [form.release]).map(
            release => markup`
              <option value="${release}"${attribute('selected', release === form.release)}>${release}</option>
            `,
          )}
        </select>
      `,
    })}
    <fieldset class="field" id="arch" aria-describedby="arch-problem">
      <legend>Architectures</legend>
      <div class="choices">${withGiven(arches, form.arches).map(
        arch => markup`
          <label>
            <input
              type="checkbox"
              name="arch"
              value="${arch}"
              ${attribute('checked', form.arches.includes(arch))}
            />${' '}
            ${arch}
          </label>
        `,
      )}</div>
      ${Problems({ id: 'arch-problem', problems: ofArch })}
    </fieldset>
  `
}

function Options({ form, problems }: { form: RequestForm; problems: readonly RequestProblem[] }) {
  const { allProposed, readableBy } = form
  return markup`
    <div class="field" id="all-proposed">
      <label class="option">
        <input
          type="checkbox"
          name="all-proposed"
          value="1"
          ${attribute('checked', allProposed)}
          aria-describedby="all-proposed-problem"
        />${' '}
        Take all packages from -proposed, not only the triggers
      </label>
      ${Problems({ id: 'all-proposed-problem', problems })}
      ${
        readableBy &&
        markup`
          <label class="option">
            <input type="checkbox" name="readable-by" value="${readableBy}" checked=""/> Only visible to ${readableBy}
          </label>
        `
      }
    </div>
  `
}
