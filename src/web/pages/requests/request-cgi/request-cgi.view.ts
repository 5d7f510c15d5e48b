import { links } from '../../../links.ts'
import { Layout, type LayoutData } from '../../../ui/layout.view.ts'
import { LoginForm } from '../../../ui/login-form.view.ts'
import { escapeText } from '../../../ui/markup/escape-text.ts'
import { type Child, escapedAlready, markup } from '../../../ui/markup/markup.ts'

/** As programs have always found it. */
const TITLE = 'Autopkgtest Test Request'

interface WithLayout {
  readonly layout: LayoutData
}

function Logout({ requester }: { requester: string | undefined }) {
  if (requester === undefined) return null
  return markup`<p><a href="${links.logout()}">Logout ${requester}</a></p>`
}

/** The user has to be logged in. */
export function LoginNeededView({ layout, next }: WithLayout & { next: string }) {
  return Layout({
    layout,
    title: TITLE,
    whole: true,
    children: markup`
      <h1>Request a test</h1>
      <p>Tests are requested by people who can upload the package, or one that triggers its test.</p>
      ${LoginForm({ layout, next })}
    `,
  })
}

/**
 * Why it was not taken, in the words and structure that programs look for: they show the paragraph that says it
 * alone.
 */
export function RefusedView({
  layout,
  requester,
  lines,
}: WithLayout & { requester: string | undefined; lines: readonly string[] }) {
  const [first = '', ...others] = lines
  return Layout({
    layout,
    title: TITLE,
    whole: true,
    children: markup`
      ${Logout({ requester })}
      <div class="said refused">
        <p>You submitted an invalid request: ${first}</p>
        ${others.map(line => markup`<p>${line}</p>`)}
      </div>
      <p class="ways-on"><a href="${links.request()}">Request another test</a></p>
    `,
  })
}

/** The answer to a program that requested nothing. */
export function TextView({ layout, lines }: WithLayout & { lines: readonly string[] }) {
  return Layout({ layout, title: TITLE, whole: true, children: lines.map(line => markup`<p>${line}</p>`) })
}

/** One row of the answer; a client reads the lines of its source. */
function Row({ name, children }: { name: string; children: Child }) {
  return markup`<dt>${name}</dt>\n<dd>${children}</dd>\n`
}

/** One below the other. */
const lined = (links: readonly Child[]) =>
  links.map((link, index) => (index === 0 ? link : [markup`<br/>`, link]))

export interface SubmittedProps extends WithLayout {
  readonly requester: string | undefined
  readonly uuids: readonly string[]
  /** What was asked for, by the names of the parameters, as texts. */
  readonly rows: readonly (readonly [name: string, value: string])[]
  /** Absolute addresses of the tests; none for PPAs. */
  readonly histories: readonly string[]
  /** Absolute addresses that lead to the runs when they have ended, and pages of the requests on this site. */
  readonly runs: readonly string[]
  readonly pages: readonly { readonly href: string; readonly text: string }[]
}

/** What was queued: the words, and rows in the order of their names. */
export function SubmittedView({ layout, requester, uuids, rows, histories, runs, pages }: SubmittedProps) {
  const anchor = (href: string) => markup`<a href="${href}">${href}</a>`
  return Layout({
    layout,
    title: TITLE,
    whole: true,
    children: markup`
      ${Logout({ requester })}
      <div class="said"><p>Test request submitted.</p></div>
      <p class="ways-on">${pages.map(({ href, text }) => markup`<a href="${href}">${text}</a>`)}</p>
      <dl class="facts">
        ${histories.length > 0 && Row({ name: 'Result history', children: lined(histories.map(anchor)) })}
        ${Row({ name: 'Result url', children: lined(runs.map(anchor)) })}
        ${Row({ name: 'UUID', children: lined(uuids) })}
        ${rows.map(([name, value]) => Row({ name, children: escapedAlready(escapeText(value)) }))}
      </dl>
    `,
  })
}

/** Another site has sent a browser here: does its owner want this? */
export function ConfirmView({
  layout,
  requester,
  action,
  token,
  asked,
}: WithLayout & {
  requester: string
  action: string
  token: string
  asked: readonly (readonly [string, string])[]
}) {
  return Layout({
    layout,
    title: TITLE,
    whole: true,
    children: markup`
      ${Logout({ requester })}
      <h1>Submit this request?</h1>
      <p>You came here from another site, or have just logged in.</p>
      <dl class="facts">${asked.map(([name, value]) => markup`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
      <form action="${action}" method="post">
        <input type="hidden" name="confirm" value="${token}"/>
        <button type="submit">Submit</button>
      </form>
    `,
  })
}
