import type { QueueKey } from '../domain/queue/queue-name.ts'
import { distributionContainer, runDirectory } from '../domain/run/container.ts'
import { encodeName } from '../domain/run/public-path.ts'
import { packagePrefix, type RunKey, type TestKey } from '../domain/test/test.ts'
import type { Address, Query } from './address.ts'
import { routes } from './routes.ts'

type Href<Entry> =
  Entry extends Address<infer Params, infer Name>
    ? keyof Params extends never
      ? (query?: Query<Name>) => string
      : (params: Params, query?: Query<Name>) => string
    : never

type Hrefs = { readonly [Name in keyof typeof routes]: Href<(typeof routes)[Name]> }

/** One for each route: its parameters, and what stands behind the question mark. */
const hrefs = Object.fromEntries(
  Object.entries(routes as Readonly<Record<string, Address>>).map(([name, { href, hasParams }]) => [
    name,
    hasParams ? href : (query?: Query) => href({}, query),
  ]),
) as Hrefs

/** Both as the address of the later one's test names them: `RUN`, or `RELEASE/ARCH/RUN` for one of another test. */
const comparedRuns = ({ release, arch, runId }: RunKey, to: RunKey) => ({
  from: release === to.release && arch === to.arch ? runId : `${release}/${arch}/${runId}`,
  to: to.runId,
})

/** Every link that the pages make, by the name of the route that it leads to, and those that say more than a route. */
export const links = {
  ...hrefs,
  /** {@link links.test} relative to the page of its package, as a client expects it there. */
  testFromPackage: (test: TestKey) => [test.package, test.release, test.arch].map(encodeName).join('/'),
  /** The login form, at its traditional address. */
  logIn: () => `${hrefs.requestCgi()}?/login`,
  /** The request page at its preview, filled in with the parameters that are given. */
  requestPreview: (asked?: Query<'package' | 'release' | 'arch' | 'trigger' | 'preview'>) =>
    `${hrefs.request(asked)}#preview`,
  logLine: (run: RunKey, line: number) => `${hrefs.log(run)}#L${line}`,
  /** A file of a run as the store has it. */
  rawFile: (run: RunKey, file: string, container = distributionContainer(run.release)) =>
    hrefs.results({ path: `${container}/${runDirectory(run)}/${file}` }),
  /** A file of a private run, or its log as a page: `log`. */
  fileOfPrivateRun: (container: string, run: RunKey, file: string) =>
    hrefs.privateFile({ ...run, container, prefix: packagePrefix(run.package), file }),
  runningPackage: (name: string) => `${hrefs.running()}#pkg-${encodeName(name)}`,
  runningQueue: ({ context, release, arch }: QueueKey) =>
    `${hrefs.running()}#queue-${[context, release, arch].map(encodeName).join('-')}`,
  /** Two runs of a package side by side, the earlier first, at the address of the later one's test. */
  comparison: (from: RunKey, to: RunKey, query: Query<'brief'> = {}) =>
    hrefs.compare(to, { ...comparedRuns(from, to), ...query }),
  comparisonJson: (from: RunKey, to: RunKey) => hrefs.compareJson(to, comparedRuns(from, to)),
  /** The request that runs a test again, in the order in which britney writes its parameters. */
  retry: ({ release, arch, package: name }: TestKey, trigger: readonly string[], allProposed: boolean) =>
    hrefs.requestCgi({ release, arch, package: name, trigger, 'all-proposed': allProposed ? 1 : undefined }),
}
