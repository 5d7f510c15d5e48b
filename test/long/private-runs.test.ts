import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it } from 'vitest'
import { staticLaunchpad } from '../../src/backends/launchpad/static.ts'
import { localLogin } from '../../src/backends/login/local.ts'
import type { SubmittedRequest } from '../../src/backends/state/requests.ts'
import { testcomplete } from '../../src/contracts/messages/testcomplete.ts'
import { queueReader } from '../../src/daemons/live/queue-reader.ts'
import { runningBoard } from '../../src/daemons/live/running-board.ts'
import { runDirectory } from '../../src/domain/run/container.ts'
import type { Log } from '../../src/log.ts'
import { openMetrics } from '../../src/metrics.ts'
import { listPpaContainers } from '../../src/operations/ingest/list-ppa-containers.ts'
import { recordCompletions } from '../../src/operations/ingest/record-completions.ts'
import { publishDatabase } from '../../src/operations/publish/publish-database.ts'
import { submitRequests } from '../../src/operations/requests/submit-requests.ts'
import { links } from '../../src/web/links.ts'
import { routes } from '../../src/web/routes.ts'
import { completionOf } from '../builders/completions.ts'
import { aRun } from '../builders/run.ts'
import { storeRun, tarOf } from '../builders/stored-run.ts'
import { signedInAs } from '../web/sign-in.ts'
import { aSite, from, type Site } from '../web/site.ts'
import { runIdOf } from '../web/submitted.ts'

/** Every name of a private run holds this word, and nothing else does. */
const HUSHED = 'hushed'
const OWNER = 'hushedowner'
const PACKAGE = 'hushedpkg'
const LOGTEXT = 'hushedlog'
const PUBLIC = aRun().of('hello').by('jane').failing()
const MOST_PAGES = 400
/** What acts, or never ends: not to be walked into. */
const NOT_WALKED = /^\/(request\.cgi|log(in|out)|events|news\/events)/
const EVENTS = /^\/(events|news\/events)\b/

/** Headers that differ by themselves: of the session, and made of the bytes. */
const VARYING = ['set-cookie', 'etag', 'date', 'last-modified', 'content-length']

let site: Site
let logged: string[]
/** Private requests in every state. */
let hushed: SubmittedRequest[]

function keepingLog(lines: string[]): Log {
  const keep = (fields: object, message: string): void => {
    const { err } = fields as { err?: Error }
    lines.push(`${message} ${JSON.stringify(fields)} ${err?.stack ?? ''} ${String(err?.cause ?? '')}`)
  }
  return { debug: keep, info: keep, warn: keep, error: keep, child: () => keepingLog(lines) }
}

beforeEach(async () => {
  logged = []
  site = await aSite([PUBLIC], {
    log: keepingLog(logged),
    login: localLogin({ users: [OWNER, 'stranger'] }),
    launchpad: staticLaunchpad({ uploaders: [OWNER] }),
  })
  const { broker, store, state } = site.web
  await broker.declareQueues(['debci-noble-amd64', 'debci-ppa-noble-amd64'])
  await storeRun(store, PUBLIC)
  await store.createContainer('autopkgtest-noble-jane-tools', 'public')

  const owner = await signedInAs(site, OWNER)
  const asked = `/request.cgi?release=noble&arch=amd64&package=${PACKAGE}&readable-by=hushedreader`
  expect((await site.get(`${asked}&trigger=hushedtrig/1`, { headers: owner })).text).toContain('UUID')
  expect((await site.get(`${asked}&trigger=hushedbad`, { headers: owner })).status).toBe(400)
  const params = {
    swiftuser: 'hushedswift',
    ppas: ['u:hushedtoken@hushedteam/ppa'],
    triggers: ['hushedtrig/2'],
  }
  const planned = { context: 'ppa', release: 'noble', arch: 'amd64', package: PACKAGE, params } as const
  const asker = { requester: OWNER, source: 'command', address: '' } as const
  await submitRequests(site.web, [{ ...planned, readableBy: [] }], asker, new Date())
  hushed = await state.requests.byRequester(OWNER, { limit: 10 })
  expect(hushed).toHaveLength(2)
  await queue()
})

const deps = () => ({
  backends: site.web,
  settings: { releases: ['noble'], arches: ['amd64'] } as never,
  metrics: openMetrics(),
  log: site.web.log,
})

/** The queues as the daemon reads them. */
async function queue(): Promise<void> {
  const reader = queueReader(deps(), 'cache-amqp', { releases: [], arches: [], queues: {} })
  await site.web.snapshots.queued.replace(await reader.read(Date.now()))
  await reader.close()
}

/** The private requests run, as a worker says that hides nothing. */
async function run(): Promise<void> {
  const board = runningBoard()
  for (const { body, release, arch } of hushed) {
    const params = JSON.parse(body.slice(body.indexOf('\n'))) as Record<string, unknown>
    const status = { release, architecture: arch, package: PACKAGE, running: true, params }
    board.report({ ...status, duration: 5, logtail: LOGTEXT }, Date.now())
  }
  const file = board.changes(Date.now())
  if (file !== undefined) await site.web.snapshots.running.replace(file)
}

/** The private requests have been run: their files are in the store, and the worker has said so. */
async function finish(): Promise<void> {
  const { store } = site.web
  for (const request of hushed) {
    const own = request.context === 'ppa' ? 'autopkgtest-noble-hushedteam-ppa' : 'autopkgtest-noble'
    const container = `private-${own}`
    const runId = runIdOf(request)
    const done = aRun().of(PACKAGE).by(OWNER).triggeredBy('hushedtrig/1').named(runId)
    await store.createContainer(container, 'private')
    const put = (name: string, bytes: Uint8Array) =>
      store.put(container, `${runDirectory(done)}/${name}`, bytes)
    await put('log.gz', gzipSync(LOGTEXT))
    await put('result.tar', await tarOf({ exitcode: '4\n', summary: 'hushedtest FAIL\n' }))
    await put('readable-by', Buffer.from('hushedreader\n'))
    await recordCompletions([testcomplete.parse(JSON.parse(completionOf(done, { container })))], site.web)
  }
  const names = await listPpaContainers(store, site.web.settings.releases, new Map(), 0)
  await site.web.snapshots.ppaContainers.replace(names)
  await site.web.snapshots.queued.replace({ releases: ['noble'], arches: ['amd64'], queues: {} })
}

/** A real address of every route there is. */
function everyRoute(): string[] {
  const values: Readonly<Record<string, string>> = {
    ...{ package: PUBLIC.package, release: PUBLIC.release, arch: PUBLIC.arch, runId: PUBLIC.runId },
    ...{ context: 'ubuntu', nick: 'jane', ppa: 'tools', file: 'autopkgtest.db', rest: 'hello/' },
    uuid: '00000000-0000-4000-8000-000000000000',
    ...{ latest: 'latest', prefix: 'h', path: 'autopkgtest-noble/?format=json' },
  }
  const own: Readonly<Record<string, string>> = {
    artifact: `${links.artifacts(PUBLIC)}/log`,
    containerLog: links.containerLog({ ...PUBLIC, container: 'autopkgtest-noble' }),
    privateFile: links.fileOfPrivateRun('private-autopkgtest-noble', PUBLIC, 'log.gz'),
  }
  return Object.entries(routes).map(
    ([name, { label }]) =>
      own[name] ?? label.replace(/[:*](\w+)/g, (_, param: string) => values[param] ?? `unknown-${param}`),
  )
}

/** The answer as its reader has it, headers too; of events the first. */
async function answerOf(path: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await site.app.request(path, { headers }, from('127.0.0.1'))
  const head = JSON.stringify([...response.headers].filter(([name]) => !VARYING.includes(name)))
  if (EVENTS.test(path)) {
    const reader = response.body?.getReader()
    const first = Buffer.from((await reader?.read())?.value ?? []).toString()
    await reader?.cancel()
    return `${head}\n${first}`
  }
  return `${head}\n${Buffer.from(await response.arrayBuffer()).toString('latin1')}`
}

/** Every page that can be reached, from every route on. */
async function walk(headers: Record<string, string> = {}): Promise<Map<string, string>> {
  const seen = new Map<string, string>()
  const due = [
    ...everyRoute(),
    ...['/recent?user=jane', '/search?q=h', '/search.json?q=h', '/events?of=running,queued,results'],
    ...['/user/jane/requests', '/static/autopkgtest.db.sha256', '/running', '/queues/ppa/noble/amd64'],
  ]
  for (let path = due.shift(); path !== undefined && seen.size < MOST_PAGES; path = due.shift()) {
    if (seen.has(path) || (headers.cookie !== undefined && NOT_WALKED.test(path))) continue
    const text = await answerOf(path, headers)
    seen.set(path, text)
    for (const [, href = ''] of text.matchAll(/(?:href|src|data-include)="([^"]+)"/g)) {
      const url = new URL(href.replaceAll('&amp;', '&'), `http://localhost${path}`)
      if (url.host === 'localhost') due.push(url.pathname + url.search)
    }
  }
  expect(due, 'more pages than are walked').toEqual([])
  return seen
}

const secrets = (): RegExp =>
  new RegExp([HUSHED, ...hushed.map(({ uuid }) => uuid), ...hushed.map(one => runIdOf(one))].join('|'), 'i')

function expectSilence(pages: ReadonlyMap<string, string>): void {
  for (const [path, text] of pages) {
    const found = secrets().exec(text)
    const around = found && text.slice(Math.max(0, found.index - 80), found.index + 80)
    expect(around, path).toBeNull()
  }
}

const STAGES = { queued: async () => {}, running: run, finished: finish }

describe.each(Object.entries(STAGES))('a private run that is %s', { timeout: 60_000 }, (stage, reach) => {
  it('is on no page, in no file and in no line of the log', async () => {
    await reach()
    await publishDatabase(site.web, undefined, new AbortController().signal)
    const pages = await walk()
    // The walk came everywhere, and what may be said of private runs is said
    expect(pages.size).toBeGreaterThan(50)
    if (stage === 'queued') expect(pages.get('/queues.json')).toContain('private job')
    if (stage === 'running') expect(pages.get('/running')).toContain('private-test')
    expectSilence(pages)
    expectSilence(await walk(await signedInAs(site, 'stranger')))
    for (const file of ['running.json', 'queued.json', 'ppa_containers.json', 'public/autopkgtest.db']) {
      const bytes = existing(join(site.folder, file))
      expect(secrets().exec(bytes), file).toBeNull()
    }
    expect(logged.filter(line => secrets().test(line))).toEqual([])
  })

  it('is the same as none for those who guess its names', async () => {
    await reach()
    const stranger = await signedInAs(site, 'stranger')
    const alike = (text: string, name: string) => text.replaceAll(name, 'NAME')
    for (const request of hushed) {
      for (const headers of [{}, stranger]) {
        for (const [path, name, other] of guesses(request)) {
          const [guessed, control] = [path.replaceAll('NAME', name), path.replaceAll('NAME', other)]
          const answers = [await answerOf(guessed, headers), await answerOf(control, headers)] as const
          expect(alike(answers[0], name), guessed).toBe(alike(answers[1], other))
        }
      }
    }
    const told = logged.filter(line => /"path":"\/(private-results|requests|run)\//.test(line))
    expect(told.length).toBeGreaterThan(0)
    expect(told.filter(line => secrets().test(line))).toEqual([])
  })
})

const existing = (file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/** Addresses with the name of something private in the place of NAME, and a name of nothing. */
function guesses(request: SubmittedRequest): (readonly [path: string, name: string, other: string])[] {
  const runId = runIdOf(request)
  const key = { release: 'noble', arch: 'amd64', package: PACKAGE, runId }
  const file = links.fileOfPrivateRun('private-autopkgtest-noble', key, 'NAME')
  const paths = ['/packages/NAME', '/packages/NAME/noble/amd64', '/search?q=NAME', '/search.json?q=NAME']
  const users = ['/user/NAME/', '/user/NAME/requests', '/user/NAME/ppa', '/recent?user=NAME']
  return [
    ...paths.map(path => [path, PACKAGE, 'nothing00'] as const),
    ...users.map(path => [path, OWNER, 'nobodyatall'] as const),
    ['/api/experimental/recent.json?user=NAME', OWNER, 'nobodyatall'],
    ['/user/NAME/ppa/ppa', 'hushedteam', 'nobodyatal'],
    ['/requests/NAME', request.uuid, '00000000-0000-4000-8000-000000000000'],
    ['/run/NAME', request.uuid, '00000000-0000-4000-8000-000000000000'],
    ['/run/NAME/log', request.uuid, '00000000-0000-4000-8000-000000000000'],
    [`${links.run({ ...key, package: 'hello' }).replace(runId, 'NAME')}`, runId, '20200101_101112_00000@'],
    [file, 'log.gz', 'nt.xyz'],
    [file.replace('@/NAME', 'NAME'), '@/log', '@/nix'],
    [
      '/private-results/private-autopkgtest-noble/noble/amd64/h/hushedpkg/NAME/log',
      runId,
      '20200101_101112_00000@',
    ],
    ['/results/NAME/', 'private-autopkgtest-noble', 'private-autopkgtest-nothi'],
  ]
}
