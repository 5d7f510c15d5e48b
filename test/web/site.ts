import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, Hono } from 'hono'
import { parseHTML } from 'linkedom'
import { onTestFinished } from 'vitest'
import { embeddedBroker } from '../../src/backends/broker/embedded/embedded.ts'
import { sqliteDerived } from '../../src/backends/derived/sqlite/sqlite.ts'
import { type DocumentSources, operatorDocuments } from '../../src/backends/documents/operator.ts'
import { httpGithub } from '../../src/backends/github/http.ts'
import type { Backends } from '../../src/backends/index.ts'
import type { Launchpad } from '../../src/backends/launchpad/launchpad.ts'
import { staticLaunchpad } from '../../src/backends/launchpad/static.ts'
import { localLogin } from '../../src/backends/login/local.ts'
import type { Login } from '../../src/backends/login/login.ts'
import { publishedFiles } from '../../src/backends/published/files.ts'
import { sqliteResults } from '../../src/backends/results/sqlite/sqlite.ts'
import { snapshotFiles } from '../../src/backends/snapshots/files.ts'
import { sqliteState } from '../../src/backends/state/sqlite/sqlite.ts'
import type { State } from '../../src/backends/state/state.ts'
import { filesystemStore } from '../../src/backends/store/filesystem/filesystem.ts'
import { transcriptFiles } from '../../src/backends/transcripts/files.ts'
import type { Config } from '../../src/config/config.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Run } from '../../src/domain/run/run.ts'
import { type Log, silentLog } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'
import { createApp } from '../../src/web/app.ts'
import { openCommons } from '../../src/web/commons.ts'
import type { Assets } from '../../src/web/http/assets.ts'
import type { Web, WebSettings } from '../../src/web/web.ts'
import { temporaryFolder } from '../builders/databases.ts'

/** What a test may decide about its site. */
export interface SiteOptions {
  readonly settings?: Partial<WebSettings>
  readonly log?: Log
  /** In the place of our own files, to break them. */
  readonly assets?: Assets
  /** In the place of local users joe and jane. */
  readonly login?: Login
  /** Secrets of webhooks, by package; none unless given. */
  readonly githubSecrets?: Readonly<Record<string, string>>
  /** In the place of one where joe may request anything, and there are no teams. */
  readonly launchpad?: Launchpad
  /** What the operator names; nothing unless given. */
  readonly documents?: Partial<DocumentSources>
  /** Of another site, as two websites of one database share it; that one closes it. */
  readonly state?: State
}

/** As much of the DOM as tests ask. */
interface Root {
  querySelector(selector: string): Element | null
  querySelectorAll(selector: string): Iterable<Element>
}

export interface Element extends Root {
  readonly textContent: string
  readonly outerHTML: string
  readonly children: ArrayLike<Element> & Iterable<Element>
  readonly nextElementSibling: Element | null
  getAttribute(name: string): string | null
}

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The text as a document; query it by selector. */
  readonly document: Root
  /** The text of every element that matches, trimmed, blanks folded. */
  texts(selector: string): string[]
  json<T = unknown>(): T
}

/** A website in this process over embedded engines in a folder of its own; both go when the test ends. */
export interface Site {
  readonly app: Hono
  readonly web: Web
  readonly folder: string
  /** The root folder of the store, one folder a container. */
  readonly storeFolder: string
  get(path: string, init?: RequestInit): Promise<Got>
  /** Records runs; the pages know of them when it resolves. */
  record(...runs: readonly Run[]): Promise<void>
}

/** Beginning with a slash as the built ones do, and never changing. */
const ASSETS: Assets = {
  url: name => `/static/${name}`,
  files: new Map(
    ['style.css', 'site.js', 'theme.js'].map(name => [
      name,
      { bytes: Buffer.from(`/* ${name} */`.padEnd(600)), immutable: true },
    ]),
  ),
}

/** The defaults of a deployed site, but for these. */
const { web, limits } = readConfig({
  env: {
    AUTOPKGTEST_STORAGE_URI: 'file:/nowhere',
    AUTOPKGTEST_WEB_BASE_URL: 'https://autopkgtest.example',
    AUTOPKGTEST_WEB_RELEASES: 'jammy noble resolute',
    AUTOPKGTEST_WEB_ARCHES: 'amd64 arm64 armhf s390x',
  },
}).config as Config

/** Its users are those of {@link localLogin}: no browser is sent to another site. */
const SETTINGS: WebSettings = { ...web, ...limits, sampleData: false, loginOrigin: undefined }

async function openEngines(
  folder: string,
  { githubSecrets: secrets, documents, log = silentLog }: SiteOptions,
): Promise<Omit<Backends, 'archive'>> {
  const file = (name: string): string => join(folder, name)
  writeFileSync(file('github-secrets.json'), JSON.stringify(secrets ?? {}))
  return {
    results: await sqliteResults({ file: file('autopkgtest.db'), log: silentLog }),
    derived: await sqliteDerived({ file: file('derived.db'), log: silentLog }),
    state: await sqliteState({ file: file('state.db'), log: silentLog }),
    broker: embeddedBroker({ file: file('broker.db'), log: silentLog }),
    store: filesystemStore({ root: file('store') }),
    snapshots: snapshotFiles({
      running: file('running.json'),
      queued: file('queued.json'),
      statistics: file('stats.json'),
      machineTime: file('machine-time.json'),
      ppaContainers: file('ppa_containers.json'),
      excuseDifferences: file('excuse-differences.json'),
      alerts: file('alert.txt'),
    }),
    transcripts: transcriptFiles({ folder: file('live-logs') }),
    documents: operatorDocuments(
      { teams: undefined, excuses: undefined, packageLists: new Map(), ...documents },
      log,
    ),
    published: publishedFiles({ file: file('public/autopkgtest.db') }),
    login: localLogin({ users: ['joe', 'jane'] }),
    launchpad: staticLaunchpad({ uploaders: ['joe'] }),
    github: httpGithub({
      apiUrl: 'https://api.github.com',
      secretsFile: file('github-secrets.json'),
      credentialsFile: undefined,
    }),
  }
}

/** Opens a website that shows these runs. */
export async function aSite(runs: readonly Run[] = [], options: SiteOptions = {}): Promise<Site> {
  const folder = temporaryFolder()
  const backends = await openEngines(folder, options)
  const settings = { ...SETTINGS, ...options.settings }
  const web: Web = {
    ...backends,
    login: options.login ?? backends.login,
    state: options.state ?? backends.state,
    launchpad: options.launchpad ?? backends.launchpad,
    settings,
    commons: openCommons(settings),
    assets: options.assets ?? ASSETS,
    log: options.log ?? silentLog,
    metrics: openMetrics(),
  }
  const closing = new AbortController()
  const app = createApp(web, closing.signal)
  onTestFinished(async () => {
    closing.abort()
    for (const backend of Object.values(backends).reverse()) await backend.close()
  })
  if (runs.length > 0) await web.results.record(runs)
  return {
    app,
    web,
    folder,
    storeFolder: join(folder, 'store'),
    get: (path, init) => got(app, path, init),
    async record(...more) {
      await web.results.record(more)
    },
  }
}

async function got(app: Hono, path: string, init: RequestInit = {}): Promise<Got> {
  const response = await app.request(path, init)
  const text = await response.text()
  const parsed = (): Root => parseHTML(text).document as unknown as Root
  let document: Root | undefined
  const page: Got = {
    status: response.status,
    headers: response.headers,
    text,
    get document() {
      document ??= parsed()
      return document
    },
    texts(selector) {
      return [...page.document.querySelectorAll(selector)].map(element =>
        element.textContent.replace(/\s+/g, ' ').trim(),
      )
    },
    json: <T>() => JSON.parse(text) as T,
  }
  return page
}

/** The bindings that a request has behind a server, for `app.request(path, init, from('192.0.2.1'))`. */
export function from(remoteAddress: string): Context['env'] {
  return { incoming: { socket: { remoteAddress } } }
}
