import { queuedFile, runningFile } from './api/live-files.ts'
import { queueSizeApi, queuesApi } from './api/queues.ts'
import { recentApi } from './api/recent.ts'
import { changes } from './events/changes.stream.ts'
import type { Action } from './handlers/action.ts'
import type { Page } from './handlers/page.ts'
import type { Stream } from './handlers/stream.ts'
import { artifactFile, artifactsPage } from './pages/artifacts/artifacts.page.tsx'
import { compareJson, comparePage } from './pages/compare/compare.page.ts'
import { containerLog } from './pages/container-log/container-log.page.ts'
import { healthz, metrics, readyz } from './pages/health/health.page.ts'
import { homePage } from './pages/home/home.page.ts'
import { logStream } from './pages/log/log.page.ts'
import { loginPage, logoutPage } from './pages/login/login.page.tsx'
import { packageListPage } from './pages/package-list/package-list.page.ts'
import { packagesPage } from './pages/packages/packages.page.ts'
import { ppaPage } from './pages/ppa/ppa.page.tsx'
import { ppasPage } from './pages/ppa/ppas.page.tsx'
import { privateResults } from './pages/private-results/private-results.page.tsx'
import { publishedFiles } from './pages/published-files/published-files.page.ts'
import { queuePage } from './pages/queue/queue.page.tsx'
import { queueRemovalPage } from './pages/queue-removal/queue-removal.page.tsx'
import { recentPage } from './pages/recent/recent.page.tsx'
import { requestPage } from './pages/request/request.page.tsx'
import { requestCgi } from './pages/request-cgi/request-cgi.page.tsx'
import { requestProgressPage } from './pages/request-progress/request-progress.page.tsx'
import { logOfRequest, runOfRequest } from './pages/request-progress/run-of-request.page.ts'
import { withdrawRequestPage } from './pages/request-progress/withdraw.page.tsx'
import { resultsFiles } from './pages/results-files/results-files.page.ts'
import { retriesPage } from './pages/retries/retries.page.tsx'
import { runningMinePage } from './pages/running/mine.page.tsx'
import { runningPage } from './pages/running/running.page.tsx'
import { runningTestPage } from './pages/running-test/running-test.page.tsx'
import { searchJson, searchPage } from './pages/search/search.page.ts'
import { statisticsPage } from './pages/statistics/statistics.page.tsx'
import { testbedPage } from './pages/testbed/testbed.page.tsx'
import { userPage } from './pages/user/user.page.tsx'
import { userRequestsPage } from './pages/user-requests/user-requests.page.tsx'

/**
 * Every URL of the site on one screen. First the pages and JSON that are kept while nothing changed; `:name` is
 * one segment, `*` the rest.
 */
export const PAGES: Readonly<Record<string, Page>> = {
  '/': homePage,
  '/packages': packageListPage,
  '/packages/*': packagesPage,
  '/search': searchPage,
  '/search.json': searchJson,
  '/recent': recentPage,
  '/api/experimental/recent.json': recentApi,
  '/running': runningPage,
  '/running/:id': runningTestPage,
  '/queues/:context/:release/:arch': queuePage,
  '/queues.json': queuesApi,
  '/queue_size.json': queueSizeApi,
  '/queued.json': queuedFile,
  '/static/running.json': runningFile,
  '/user/:nick/': userPage,
  '/user/:nick/ppa': ppasPage,
  '/statistics': statisticsPage,
}

/** What depends on who asks, or changes something; never kept. They are matched first. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  '/request': requestPage,
  '/retries': retriesPage,
  '/request.cgi': requestCgi,
  '/request.cgi/': requestCgi,
  '/login': loginPage,
  '/logout': logoutPage,
  '/requests/:uuid': requestProgressPage,
  '/requests/:uuid/withdraw': withdrawRequestPage,
  '/running/mine': runningMinePage,
  '/queues/:context/:release/:arch/remove': queueRemovalPage,
  '/run/:uuid': runOfRequest,
  '/run/:uuid/log': logOfRequest,
  '/user/:nick/requests': userRequestsPage,
  '/private-results/login': loginPage,
  '/private-results/*': privateResults,
}

/** What streams, or is no page: logs, files, events, health. They are matched before the pages. */
export const STREAMS: Readonly<Record<string, Stream>> = {
  '/packages/:package/:release/:arch/:run/log': logStream,
  '/packages/:package/:release/:arch/:run/artifacts': artifactsPage,
  '/packages/:package/:release/:arch/:run/artifacts/*': artifactFile,
  '/packages/:package/:release/:arch/:run/testbed': testbedPage,
  '/packages/:package/:release/:arch/compare': comparePage,
  '/packages/:package/:release/:arch/compare.json': compareJson,
  '/user/:nick/ppa/:ppa': ppaPage,
  '/logs/:container/:release/:arch/:package/:run': containerLog,
  '/results/*': resultsFiles,
  '/static/:file{autopkgtest\\.db(?:\\.sha256)?}': publishedFiles,
  '/events': changes,
  '/healthz': healthz,
  '/readyz': readyz,
  '/metrics': metrics,
}
