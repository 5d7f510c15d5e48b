import type { Alert } from '../../domain/alert.ts'
import { links } from '../links.ts'
import { attribute, type Child, escapedAlready, type Markup, markup } from './markup/markup.ts'

/** What every page shows around its content. */
export interface LayoutData {
  /** The user who is logged in, on a page that is only for them. */
  readonly reader?: string | undefined
  /** Alerts in force. */
  readonly alerts: readonly Alert[]
  readonly banner: string | undefined
  readonly sampleData: boolean
  /** And most of it never happened. */
  readonly isMadeUp?: boolean
  /** Whether people log in at a provider, and not by a name of the configuration. */
  readonly loginElsewhere: boolean
  /** Addresses of our own files. */
  readonly style: string
  readonly script: string
  readonly theme: string
}

export interface LayoutProps {
  readonly layout: LayoutData
  readonly title: string
  /** The title is known to programs: nothing is added. */
  readonly whole?: boolean
  /** Which entry of the navigation this page belongs to. */
  readonly here?:
    | 'home'
    | 'packages'
    | 'running'
    | 'recent'
    | 'regressions'
    | 'statistics'
    | 'request'
    | undefined
  /** The address of its feed of news. */
  readonly feed?: string | undefined
  /** What is searched for, if it was. */
  readonly search?: string
  readonly children?: Child
}

const NAVIGATION = [
  { here: 'packages', href: links.packages(), text: 'Packages' },
  { here: 'running', href: links.running(), text: 'Running' },
  { here: 'recent', href: links.recent(), text: 'Recent' },
  { here: 'regressions', href: links.regressions(), text: 'Regressions' },
  { here: 'statistics', href: links.statistics(), text: 'Statistics' },
  { here: 'request', href: links.request(), text: 'Request' },
] as const

/**
 * A dash by its number: one character beyond Latin-1, and the engine takes two bytes for each of a document, which
 * costs a long list a third.
 */
const OF_SITE = escapedAlready(' &#8211; autopkgtest')

/**
 * The whole document around a page's content. The theme stands before the style, so that a chosen one never flashes: a
 * few bytes, kept for ever.
 */
export function Layout({ layout, title, whole = false, here, feed, search, children }: LayoutProps) {
  return markup`
    <html lang="en-GB">
      <head>
        <meta charset="utf-8"/>
        <title>${title}${here !== 'home' && !whole && OF_SITE}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <meta name="color-scheme" content="light dark"/>
        <script src="${layout.theme}"></script>
        <link rel="stylesheet" href="${layout.style}"/>
        ${
          feed !== undefined &&
          markup`<link rel="alternate" type="application/atom+xml" title="Tests that turned" href="${feed}"/>`
        }
        <script src="${layout.script}" defer=""></script>
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        ${Header({ here, search, reader: layout.reader })}
        ${Notices({ layout })}
        <main id="content" tabindex="-1">${children}</main>
        ${FOOTER}
      </body>
    </html>
  `
}

type Here = LayoutProps['here']

/** What is the same on every page is made once: it is most of a short one. */
const navigation = (here: Here): Markup => markup`
  <a class="brand" href="${links.home()}"${current(here === 'home')}>autopkgtest</a>
  <nav aria-label="Main">
    ${NAVIGATION.map(entry => markup`<a href="${entry.href}"${current(entry.here === here)}>${entry.text}</a>`)}
  </nav>
`

const current = (isHere: boolean): Markup => attribute('aria-current', isHere && 'page')

const NAVIGATION_AT = new Map<Here, Markup>(
  ([undefined, 'home', ...NAVIGATION.map(entry => entry.here)] as const).map(here => [
    here,
    navigation(here),
  ]),
)

function Header({
  here,
  search,
  reader,
}: {
  here: Here
  search: string | undefined
  reader: string | undefined
}) {
  return markup`
    <header class="site">
      ${NAVIGATION_AT.get(here)}
      <search>
        <form action="${links.search()}" method="get">
          <label class="for-readers" for="q">Search for a package</label>
          <input
            id="q"
            name="q"
            type="search"
            value="${search ?? ''}"
            placeholder="Package"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
            maxlength="120"
          />
        </form>
      </search>
      ${Account({ reader })}
    </header>
  `
}

/** Who is logged in; on pages that are the same for everybody, a script shows it. */
function Account({ reader }: { reader: string | undefined }) {
  return markup`
    <p class="account"${attribute('data-anonymous', reader === undefined ? '' : undefined)}>${
      reader === undefined
        ? markup`<a href="${links.logIn()}">Log in</a>`
        : markup`
          <a href="${links.user({ nick: reader })}">${reader}</a> <a href="${links.logout()}">Log out</a>
        `
    }</p>
  `
}

/** Whether this is a site to rely on, and what its operators say. */
function Notices({ layout: { banner, sampleData, isMadeUp, alerts } }: Pick<LayoutProps, 'layout'>) {
  if (banner === undefined && !sampleData && alerts.length === 0) return null
  return markup`
    <aside aria-label="Notices">
      ${banner !== undefined && markup`<p class="banner">${banner}</p>`}
      ${
        sampleData &&
        markup`
          <p class="banner">
            ${
              isMadeUp
                ? markup`
                  Sample data, made up: fictitious packages, people and logs, and a few real runs.
                `
                : 'Sample data: a few real runs of Debian packages, replayed over and over.'
            }${' '}
            With a configuration file they are not shown.
          </p>
        `
      }
      ${alerts.map(alert => markup`<p class="alert ${alert.level}">${alert.message}</p>`)}
    </aside>
  `
}

const FOOTER = markup`
    <footer class="site">
      <nav aria-label="Data">
        Data: <a href="${links.published({ file: 'autopkgtest.db' })}">autopkgtest.db</a>${' '}
        <a href="${links.queuesJson()}">queues.json</a> <a href="${links.runningJson()}">running.json</a>
      </nav>
    </footer>
  `
