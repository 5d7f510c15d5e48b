import type { QueueKey } from '../domain/queue/queue-name.ts'
import { distributionContainer, runDirectory } from '../domain/run/container.ts'
import type { Latest } from '../domain/run/latest.ts'
import { encodeName, runFilePath, runLogPath } from '../domain/run/public-path.ts'
import type { RunKey, TestKey } from '../domain/test/test.ts'

/** Every link that the pages make, by what it leads to. All names are encoded here and nowhere else. */
const encode = encodeName
const join = (...segments: readonly string[]): string => `/${segments.map(encode).join('/')}`

type QueryValue = string | number | undefined

/** A path with those parameters that have a value. */
function withQuery(path: string, query: Readonly<Record<string, QueryValue>>): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const text = new URLSearchParams(
    set.map(([key, value]) => [key, String(value)] as [string, string]),
  ).toString()
  return text === '' ? path : `${path}?${text}`
}

/** A run as the address of another's test names it: `RUN`, or `RELEASE/ARCH/RUN`. */
function runFrom(test: TestKey, { release, arch, runId }: RunKey): string {
  return release === test.release && arch === test.arch ? runId : `${release}/${arch}/${runId}`
}

/** Which rows of a list; the limit as it was given, if it was. */
type Page = { readonly limit?: string | undefined; readonly offset?: number | undefined }

export const links = {
  home: () => '/',
  search: (text: string) => withQuery('/search', { q: text }),
  packages: (query: { letter?: string; from?: string } = {}) => withQuery('/packages', query),
  package: (name: string) => join('packages', name),
  test: (test: TestKey, page: { before?: string; after?: string } = {}) =>
    withQuery(join('packages', test.package, test.release, test.arch), page),
  /** The same, relative to the page of its package, as a client expects it there. */
  testFromPackage: (test: TestKey) => [test.package, test.release, test.arch].map(encode).join('/'),
  run: (run: RunKey) => join('packages', run.package, run.release, run.arch, run.runId),
  runJson: (run: RunKey) => `${links.run(run)}.json`,
  /** To the newest run of a test, or the newest that passed or failed, whichever that is by then. */
  latest: (test: TestKey, latest: Latest) => join('packages', test.package, test.release, test.arch, latest),
  /** Two runs of a package side by side, the earlier first, at the address of the later one's test. */
  compare: (from: RunKey, to: RunKey, query: Readonly<Record<string, QueryValue>> = {}) =>
    withQuery(links.compareForm(to), { from: runFrom(to, from), to: to.runId, ...query }),
  compareJson: (from: RunKey, to: RunKey) =>
    withQuery(`${links.compareForm(to)}.json`, { from: runFrom(to, from), to: to.runId }),
  /** Where two runs to compare are named. */
  compareForm: (test: TestKey) => join('packages', test.package, test.release, test.arch, 'compare'),
  log: (run: RunKey) => `${links.run(run)}/log`,
  /** Of a run in a container that is no release's own. */
  containerLog: (run: RunKey, container: string) => runLogPath(container, run),
  artifacts: (run: RunKey) => `${links.run(run)}/artifacts`,
  artifact: (run: RunKey, member: string) =>
    `${links.artifacts(run)}/${member.split('/').map(encode).join('/')}`,
  testbed: (run: RunKey) => `${links.run(run)}/testbed`,
  /** A file of a run as the store has it. */
  rawFile: (run: RunKey, file: string, container = distributionContainer(run.release)) =>
    runFilePath(container, run, file),
  /** A file of a private run, or its log as a page: `log`. */
  privateFile: (container: string, run: RunKey, file: string) =>
    join('private-results', container, ...runDirectory(run).split('/'), file),
  recent: (query: Readonly<Record<string, QueryValue>> = {}) => withQuery('/recent', query),
  running: (query: Readonly<Record<string, QueryValue>> = {}) => withQuery('/running', query),
  /** The part of what runs and waits that who reads has asked for. */
  runningMine: () => '/running/mine',
  /** A test that runs now: {@link runningId}. */
  runningTest: (id: string) => join('running', id),
  runningPackage: (name: string) => `/running#pkg-${encode(name)}`,
  runningQueue: (queue: QueueKey) =>
    `/running#queue-${encode(queue.context)}-${encode(queue.release)}-${encode(queue.arch)}`,
  queue: (queue: QueueKey, page: Page = {}) =>
    withQuery(join('queues', queue.context, queue.release, queue.arch), page),
  /** @param query the criteria, as they were asked for */
  queueRemoval: (queue: QueueKey, query = '') =>
    `${links.queue(queue)}/remove${query === '' ? '' : `?${query}`}`,
  user: (nick: string, query: Readonly<Record<string, QueryValue>> = {}) =>
    withQuery(`${join('user', nick)}/`, query),
  /** What somebody asked for here; `after` is the place of the last one that was shown. */
  userRequests: (nick: string, page: { after?: string; limit?: number } = {}) =>
    withQuery(join('user', nick, 'requests'), page),
  userPpas: (nick: string) => join('user', nick, 'ppa'),
  userPpa: (nick: string, ppa: string, page: Page = {}) => withQuery(join('user', nick, 'ppa', ppa), page),
  /** A request that was made here, and what it became: 404 until its run has ended. */
  request: (uuid: string) => join('requests', uuid),
  withdrawal: (uuid: string) => `${links.request(uuid)}/withdraw`,
  runOfRequest: (uuid: string) => join('run', uuid),
  statistics: () => '/statistics',
  /** What would become of several runs if they were retried. */
  retries: (runs: readonly string[]) =>
    `/retries?${new URLSearchParams(runs.map(run => ['run', run] as [string, string]))}`,
  /** The request that runs a test again, in the order in which britney writes its parameters. */
  retry: (test: TestKey, triggers: readonly string[], options: { allProposed: boolean }) => {
    const query = new URLSearchParams({ release: test.release, arch: test.arch, package: test.package })
    for (const trigger of triggers) query.append('trigger', trigger)
    if (options.allProposed) query.set('all-proposed', '1')
    return `/request.cgi?${query}`
  },
}
