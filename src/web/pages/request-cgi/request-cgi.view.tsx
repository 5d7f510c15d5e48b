import { raw } from 'hono/html'
import { links } from '../../links.ts'
import { Layout, type LayoutData } from '../../ui/layout.view.tsx'
import { LoginForm } from '../../ui/login-form.view.tsx'
import { escapeText } from '../../ui/markup/escape-text.ts'

/** As programs have always found it. */
const TITLE = 'Autopkgtest Test Request'

interface WithLayout {
  readonly layout: LayoutData
}

function Logout({ requester }: { requester: string | undefined }) {
  if (requester === undefined) return null
  return (
    <p>
      <a href={links.logout()}>Logout {requester}</a>
    </p>
  )
}

/** Who asks must be known. */
export function LoginNeededView({ layout, next }: WithLayout & { next: string }) {
  return (
    <Layout layout={layout} title={TITLE} whole>
      <h1>Request a test</h1>
      <p>Tests are requested by people who can upload the package, or one that triggers its test.</p>
      <LoginForm layout={layout} next={next} />
    </Layout>
  )
}

/** Why it was not taken, in the words and structure that programs look for: they show the paragraph that says it alone. */
export function RefusedView({
  layout,
  requester,
  lines,
}: WithLayout & { requester: string | undefined; lines: readonly string[] }) {
  const [first = '', ...others] = lines
  return (
    <Layout layout={layout} title={TITLE} whole>
      <Logout requester={requester} />
      <div class="said refused">
        <p>You submitted an invalid request: {first}</p>
        {others.map(line => (
          <p>{line}</p>
        ))}
      </div>
      <p class="ways-on">
        <a href={links.request()}>Request another test</a>
      </p>
    </Layout>
  )
}

/** What a program is told that asked for nothing. */
export function TextView({ layout, lines }: WithLayout & { lines: readonly string[] }) {
  return (
    <Layout layout={layout} title={TITLE} whole>
      {lines.map(line => (
        <p>{line}</p>
      ))}
    </Layout>
  )
}

/** One row of the answer; a client reads the lines of its source. */
function Row({ name, children }: { name: string; children: unknown }) {
  return (
    <>
      <dt>{name}</dt>
      {'\n'}
      <dd>{children}</dd>
      {'\n'}
    </>
  )
}

/** One below the other. */
const lined = (links: readonly unknown[]) => links.map((link, index) => (index === 0 ? link : [<br />, link]))

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
  const anchor = (href: string) => <a href={href}>{href}</a>
  return (
    <Layout layout={layout} title={TITLE} whole>
      <Logout requester={requester} />
      <div class="said">
        <p>Test request submitted.</p>
      </div>
      <p class="ways-on">
        {pages.map(({ href, text }) => (
          <a href={href}>{text}</a>
        ))}
      </p>
      <dl class="facts">
        {histories.length > 0 && <Row name="Result history">{lined(histories.map(anchor))}</Row>}
        <Row name="Result url">{lined(runs.map(anchor))}</Row>
        <Row name="UUID">{lined(uuids)}</Row>
        {rows.map(([name, value]) => (
          // A client looks for the quotation marks of lists as they are
          <Row name={name}>{raw(escapeText(value))}</Row>
        ))}
      </dl>
    </Layout>
  )
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
  return (
    <Layout layout={layout} title={TITLE} whole>
      <Logout requester={requester} />
      <h1>Submit this request?</h1>
      <p>You came here from another site, or have just logged in.</p>
      <dl class="facts">
        {asked.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </>
        ))}
      </dl>
      <form action={action} method="post">
        <input type="hidden" name="confirm" value={token} />
        <button type="submit">Submit</button>
      </form>
    </Layout>
  )
}
