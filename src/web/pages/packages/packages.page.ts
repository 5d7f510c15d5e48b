import { NotFound } from '../../../domain/errors.ts'
import type { Answer, Page, PageRequest, Source } from '../../handlers/page.ts'
import type { Web } from '../../web.ts'
import { historyPage } from '../history/history.page.ts'
import { latestPage } from '../latest/latest.page.ts'
import { packagePage } from '../package/package.page.ts'
import { type PackagesPath, parsePackagesPath } from '../packages-path.ts'
import { runJsonPage, runPage } from '../run/run.page.ts'

const LIVE: readonly Source[] = ['results', 'running', 'queued']
const RUN: readonly Source[] = ['results', 'derived']
const OF_RUNS: readonly PackagesPath['kind'][] = ['run', 'run-json', 'latest']

const pathOf = (request: PageRequest) => parsePackagesPath(request.path.slice(1))

/** Everything under `/packages` that is a page: a package, a test, a run, in their old and new addresses. */
export const packagesPage: Page = {
  from: request => (OF_RUNS.includes(pathOf(request).kind) ? RUN : LIVE),
  parameters: ['before', 'after', 'format'],
  render(request, web) {
    const path = pathOf(request)
    switch (path.kind) {
      case 'package':
        return packagePage(web, path.package)
      case 'test':
        return historyPage(web, path.test, request.query)
      case 'three':
        return threeParts(web, path.parts, request.query)
      case 'run':
        return request.query.get('format') === 'json' ? runJsonPage(web, path.run) : runPage(web, path.run)
      case 'run-json':
        return runJsonPage(web, path.run)
      case 'latest':
        return latestPage(web, path)
      default:
        throw new NotFound('There is no page at this address.')
    }
  },
}

/**
 * Package, release and arch; or, as ppa-dev-tools writes it, a hash, a package and a release. The third part tells:
 * a release that is no arch, after a package that has been tested.
 */
async function threeParts(
  web: Web,
  [first, second, third]: readonly [string, string, string],
  query: URLSearchParams,
): Promise<Answer> {
  const pairs = await web.results.testedPairs()
  const isRelease =
    web.settings.releases.includes(third) || pairs.some(pair => pair.release === third && pair.arch !== third)
  if (isRelease && (await web.results.newestRuns(second)).length > 0) return packagePage(web, second, '../')
  return historyPage(web, { package: first, release: second, arch: third }, query)
}
