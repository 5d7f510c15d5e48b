import { withoutTrailingSlashes } from '../domain/text/trailing-slashes.ts'
import { healthz, metrics, readyz } from './api/health.ts'
import { queuedFile, runningFile } from './api/live-files.ts'
import { queueSizeApi, queuesApi } from './api/queues.ts'
import { recentApi } from './api/recent.ts'
import { changes } from './events/changes.stream.ts'
import { liveLogEvents } from './events/live-log.stream.ts'
import { newsEvents } from './events/news.stream.ts'
import type { Action } from './handlers/action.ts'
import type { Page } from './handlers/page.ts'
import type { Stream } from './handlers/stream.ts'
import type { Answerer } from './http/answerer.ts'
import { moved } from './http/moved.ts'
import { links } from './links.ts'
import { failureJson, failurePage } from './pages/failures/failure.page.ts'
import { failuresJson, failuresPage } from './pages/failures/failures.page.ts'
import { privateResults } from './pages/files/private-results/private-results.page.ts'
import { publishedFiles } from './pages/files/published-files/published-files.page.ts'
import { resultsFiles } from './pages/files/results-files/results-files.page.ts'
import { homePage } from './pages/home/home.page.ts'
import { containerLog } from './pages/logs/log/container-log.page.ts'
import { logStream } from './pages/logs/log/log.page.ts'
import { logSearchJson, logSearchPage } from './pages/logs/log-search/log-search.page.ts'
import { packageFeed, recentFeed, teamFeed, testFeed, triggerFeed, userFeed } from './pages/news/feed.page.ts'
import { noteEditPage } from './pages/notes/edit-note.page.ts'
import { newNotePage } from './pages/notes/new-note.page.ts'
import { noteJson, notePage } from './pages/notes/note.page.ts'
import { notesJson, notesPage } from './pages/notes/notes.page.ts'
import { loginPage, logoutPage } from './pages/people/login/login.page.ts'
import { ppaPage } from './pages/people/ppa/ppa.page.ts'
import { ppasPage } from './pages/people/ppa/ppas.page.ts'
import { teamJsonPage, teamPage } from './pages/people/teams/team.page.ts'
import { teamsJsonPage, teamsPage } from './pages/people/teams/teams.page.ts'
import { userPage } from './pages/people/user/user.page.ts'
import { userRequestsPage } from './pages/people/user-requests/user-requests.page.ts'
import { needlessPage } from './pages/queues/needless/needless.page.ts'
import { queueJsonPage, queuePage } from './pages/queues/queue/queue.page.ts'
import { queueRemovalPage } from './pages/queues/queue-removal/queue-removal.page.ts'
import { runningPage } from './pages/queues/running/running.page.ts'
import { runningMinePage } from './pages/queues/running/running-mine.page.ts'
import { runningTestPage } from './pages/queues/running-test/running-test.page.ts'
import { requestPage } from './pages/requests/request/request.page.ts'
import { requestCgi } from './pages/requests/request-cgi/request-cgi.page.ts'
import { requestProgressPage } from './pages/requests/request-progress/request-progress.page.ts'
import { logOfRequest, runOfRequest } from './pages/requests/request-progress/run-of-request.page.ts'
import { withdrawRequestPage } from './pages/requests/request-progress/withdraw.page.ts'
import { retriesPage } from './pages/requests/retries/retries.page.ts'
import { artifactFile, artifactsPage } from './pages/runs/artifacts/artifacts.page.ts'
import { compareJson, comparePage } from './pages/runs/compare/compare.page.ts'
import { latestLogPage, latestPage } from './pages/runs/latest/latest.page.ts'
import { recentPage } from './pages/runs/recent/recent.page.ts'
import { runJsonPage, runPage } from './pages/runs/run/run.page.ts'
import { testbedPage } from './pages/runs/testbed/testbed.page.ts'
import { packageBadge, releaseBadge, testBadge } from './pages/tests/badge/badge.page.ts'
import { changesCsvPage, changesJsonPage, changesPage } from './pages/tests/changes/changes.page.ts'
import { changesOfPage } from './pages/tests/changes/changes-of.page.ts'
import { flakyJson, flakyPage } from './pages/tests/flaky/flaky.page.ts'
import { hashedHistoryPage, historyJsonPage, historyPage } from './pages/tests/history/history.page.ts'
import { packageJsonPage, packagePage } from './pages/tests/package/package.page.ts'
import { packageListPage } from './pages/tests/package-list/package-list.page.ts'
import { searchJson, searchPage } from './pages/tests/search/search.page.ts'
import { machineTimeCsv, machineTimeData } from './pages/tests/statistics/machine-time-data.ts'
import { statisticsPage } from './pages/tests/statistics/statistics.page.ts'
import { statisticsCsv, statisticsData } from './pages/tests/statistics/statistics-data.ts'
import { excusesJsonPage, excusesPage } from './pages/triggers/excuses/excuses.page.ts'
import {
  regressionsJsonPage,
  regressionsPage,
  regressionsTextPage,
} from './pages/triggers/regressions/regressions.page.ts'
import { regressionsMinePage } from './pages/triggers/regressions/regressions-mine.page.ts'
import { sourceJsonPage, sourcePage } from './pages/triggers/trigger/source.page.ts'
import { triggerJsonPage, triggerPage } from './pages/triggers/trigger/trigger.page.ts'
import type { RouteName } from './routes.ts'

/** What answers at the route of a name: one of the three kinds of handlers/, or a redirect. */
export type AnswerAt<Name extends RouteName> = Page<Name> | Action<Name> | Stream<Name> | Answerer

/** What answers at each route. A route without an answer, or one whose page reads other parameters, is a type error. */
export const answers: { readonly [Name in RouteName]: AnswerAt<Name> } = {
  home: homePage,

  // Apache's RedirectMatch of the old site
  slashed: moved(301, withoutTrailingSlashes),
  runningShtml: moved(301, () => links.running()),
  slashedRunning: moved(301, () => links.running()),
  slashlessUser: moved(308, path => `${path}/`),

  packages: packageListPage,
  packageJson: packageJsonPage,
  package: packagePage,
  packageBadge,
  releaseBadge,
  testBadge,
  packageFeed,
  hashedPackage: packagePage,
  testJson: historyJsonPage,
  test: historyPage,
  testFeed,
  latest: latestPage,
  latestLog: latestLogPage,
  compare: comparePage,
  compareJson,
  run: runPage,
  runJson: runJsonPage,
  hashedTest: hashedHistoryPage,
  log: logStream,
  logSearch: logSearchPage,
  logSearchJson,
  artifacts: artifactsPage,
  artifact: artifactFile,
  testbed: testbedPage,
  triggerSourceJson: sourceJsonPage,
  triggerSource: sourcePage,
  triggerFeed,
  triggerJson: triggerJsonPage,
  trigger: triggerPage,
  containerLog,
  results: resultsFiles,
  privateLogin: loginPage,
  privateFile: privateResults,
  search: searchPage,
  searchJson,
  failures: failuresPage,
  failuresJson,
  failure: failurePage,
  failureJson,
  flaky: flakyPage,
  flakyJson,
  notes: notesPage,
  notesJson,
  newNote: newNotePage,
  noteJson,
  note: notePage,
  noteEdit: noteEditPage,
  recent: recentPage,
  recentFeed,
  newsEvents,
  recentJson: recentApi,
  statistics: statisticsPage,
  statisticsJson: statisticsData,
  statisticsCsv,
  machineTimeJson: machineTimeData,
  machineTimeCsv,
  published: publishedFiles,

  running: runningPage,
  runningMine: runningMinePage,
  needless: needlessPage,
  runningTest: runningTestPage,
  runningEvents: liveLogEvents,
  runningJson: runningFile,
  queueJson: queueJsonPage,
  queue: queuePage,
  queueRemoval: queueRemovalPage,
  queuesJson: queuesApi,
  queueSizeJson: queueSizeApi,
  queuedJson: queuedFile,
  events: changes,

  request: requestPage,
  requestCgi,
  slashedRequestCgi: requestCgi,
  retries: retriesPage,
  regressions: regressionsPage,
  regressionsJson: regressionsJsonPage,
  regressionsText: regressionsTextPage,
  regressionsMine: regressionsMinePage,
  excuses: excusesPage,
  excusesJson: excusesJsonPage,
  teamFeed,
  teams: teamsPage,
  teamsJson: teamsJsonPage,
  teamJson: teamJsonPage,
  team: teamPage,
  changes: changesPage,
  changesJson: changesJsonPage,
  changesCsv: changesCsvPage,
  changesOf: changesOfPage,
  requestProgress: requestProgressPage,
  withdrawal: withdrawRequestPage,
  runOfRequest,
  logOfRequest,
  user: userPage,
  userFeed,
  userRequests: userRequestsPage,
  userPpas: ppasPage,
  userPpa: ppaPage,
  login: loginPage,
  logout: logoutPage,

  healthz,
  readyz,
  metrics,
}
