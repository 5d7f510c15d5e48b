import { address } from './address.ts'
import { CHANGE_PARAMETERS } from './parameters/changes.ts'
import { LIVE_PARAMETERS } from './parameters/live-filter.ts'
import { NOTE_FIELDS } from './parameters/note-fields.ts'
import { OUTCOME_PARAMETERS } from './parameters/outcome-filter.ts'
import { REGRESSION_PARAMETERS } from './parameters/regression-filter.ts'
import { FILTER_PARAMETERS } from './parameters/run-filter.ts'

const PACKAGE = '/packages/:package'
const TEST = `${PACKAGE}/:release/:arch` as const
/** `@` may be encoded. */
const RUN = `${TEST}/:runId{[^/]*(?:@|%40)}` as const
const LATEST = `${TEST}/:latest{latest(?:-pass|-fail)?}` as const
const TRIGGER = '/triggers/:source'
/** What is new, below what it is about. */
const FEED = ':feed{feed\\.(?:atom|json)}'
const QUEUE = '/queues/:context/:release/:arch'
const USER = '/user/:nick'

const COMPARED = ['from', 'to'] as const
const HISTORY = ['range', 'by'] as const
const ROWS = ['limit', 'offset'] as const
const FLAKY = ['release', 'arch', 'order', 'limit', 'offset', 'format'] as const
const CHANGES = [...CHANGE_PARAMETERS, 'show', ...ROWS] as const
const SINCE = ['since', 'limit'] as const
const FAILURES = ['release', 'q', 'order'] as const
const NOTES = ['package', 'author', 'state', 'after'] as const

/**
 * Every URL of the site on one screen, matched from top to bottom; answers.ts says who answers. Links are made from
 * these same entries, by the same names: `links.run(run)`. Behind the path stands what is read from the query.
 */
export const routes = {
  home: address('/'),
  // Moved
  slashed: address('/packages/:rest{.+/}'),
  runningShtml: address('/running.shtml'),
  slashedRunning: address('/running/'),
  slashlessUser: address(USER),
  // What has been tested. Old addresses have a hash before the package, which says nothing
  packages: address('/packages', 'letter', 'from'),
  packageJson: address(`${PACKAGE}.json`),
  package: address(PACKAGE, 'format'),
  packageBadge: address(`${PACKAGE}/badge.svg`),
  releaseBadge: address(`${PACKAGE}/:release/badge.svg`),
  testBadge: address(`${TEST}/badge.svg`),
  packageFeed: address(`${PACKAGE}/${FEED}`, ...SINCE),
  hashedPackage: address('/packages/:hash/:package'),
  testJson: address(`${TEST}.json`, 'before', 'after'),
  test: address(TEST, 'before', 'after'),
  testFeed: address(`${TEST}/${FEED}`, ...SINCE),
  latest: address(LATEST),
  latestLog: address(`${LATEST}/log`),
  compare: address(`${TEST}/compare`, ...COMPARED, 'brief', 'format'),
  compareJson: address(`${TEST}/compare.json`, ...COMPARED),
  run: address(RUN, 'format'),
  runJson: address(`${RUN}.json`),
  hashedTest: address('/packages/:hash/:package/:release/:arch', 'before', 'after'),
  logSearch: address(`${RUN}/log/search`, 'q', 'case', 'pattern', 'context', 'after'),
  logSearchJson: address(`${RUN}/log/search.json`, 'q', 'case', 'pattern', 'context', 'after'),
  log: address(`${RUN}/log`, 'q', 'case', 'pattern'),
  artifacts: address(`${RUN}/artifacts`),
  artifact: address(`${RUN}/artifacts/*file`),
  testbed: address(`${RUN}/testbed`),
  // What uploads did
  triggerSourceJson: address(`${TRIGGER}.json`),
  triggerSource: address(TRIGGER, 'format'),
  triggerFeed: address(`${TRIGGER}/${FEED}`, ...SINCE),
  triggerJson: address(`${TRIGGER}/:version.json`, ...OUTCOME_PARAMETERS, 'limit', 'after'),
  trigger: address(`${TRIGGER}/:version`, ...OUTCOME_PARAMETERS, 'limit', 'after', 'format'),
  containerLog: address('/logs/:container/:release/:arch/:package/:runId'),
  results: address('/results/*path'),
  privateLogin: address('/private-results/login'),
  privateFile: address('/private-results/:container/:release/:arch/:prefix/:package/:runId/:file'),
  search: address('/search', 'q'),
  searchJson: address('/search.json', 'q'),
  // Why runs failed
  failures: address('/failures', ...FAILURES, ...ROWS, 'format'),
  failuresJson: address('/failures.json', ...FAILURES, ...ROWS),
  failureJson: address('/failures/:address.json', ...ROWS),
  failure: address('/failures/:address', ...ROWS, 'format'),
  // What people wrote about it
  notes: address('/notes', ...NOTES, 'format'),
  notesJson: address('/notes.json', ...NOTES),
  newNote: address('/notes/new', ...NOTE_FIELDS),
  noteJson: address('/notes/:id.json'),
  note: address('/notes/:id', 'format'),
  noteEdit: address('/notes/:id/edit'),
  recent: address('/recent', ...ROWS, ...FILTER_PARAMETERS),
  recentFeed: address(`/recent/${FEED}`, 'release', 'arch', ...SINCE),
  newsEvents: address('/news/events', 'package', 'release', 'arch', 'source', 'user', 'team', 'since'),
  recentJson: address('/api/experimental/recent.json', ...ROWS, ...FILTER_PARAMETERS),
  flaky: address('/flaky', ...FLAKY),
  flakyJson: address('/flaky.json', ...FLAKY),
  statistics: address('/statistics', ...HISTORY),
  statisticsJson: address('/statistics.json', ...HISTORY),
  statisticsCsv: address('/statistics.csv', ...HISTORY),
  machineTimeJson: address('/statistics/machine-time.json', 'range', 'of'),
  machineTimeCsv: address('/statistics/machine-time.csv', 'range', 'of'),
  published: address('/static/:file{autopkgtest\\.db(?:\\.sha256)?}'),
  // What runs and waits
  running: address('/running', ...LIVE_PARAMETERS, 'offset', 'waiting'),
  runningMine: address('/running/mine'),
  needless: address('/running/needless'),
  runningTest: address('/running/:id', 'show'),
  runningEvents: address('/running/:id/events', 'after'),
  runningJson: address('/static/running.json'),
  queueJson: address(`${QUEUE}.json`, ...ROWS),
  queue: address(QUEUE, ...ROWS),
  queueRemoval: address(
    `${QUEUE}/remove`,
    'package',
    'trigger',
    'requester',
    'days',
    'duplicates',
    'obsolete',
  ),
  queuesJson: address('/queues.json'),
  queueSizeJson: address('/queue_size.json'),
  queuedJson: address('/queued.json'),
  events: address('/events', 'of'),
  // Requests and who makes them
  request: address('/request', 'package', 'release', 'arch', 'trigger', 'preview'),
  requestCgi: address('/request.cgi', 'release', 'arch', 'package', 'trigger', 'all-proposed'),
  slashedRequestCgi: address('/request.cgi/'),
  retries: address('/retries', 'run', 'how', 'add'),
  regressions: address('/regressions', ...REGRESSION_PARAMETERS, 'by', 'offset', 'format'),
  regressionsJson: address('/regressions.json', ...REGRESSION_PARAMETERS),
  regressionsText: address('/regressions.txt', ...REGRESSION_PARAMETERS, 'how', 'add'),
  regressionsMine: address('/regressions/mine'),
  excuses: address('/excuses', 'format'),
  excusesJson: address('/excuses.json'),
  teams: address('/teams', 'format'),
  teamsJson: address('/teams.json'),
  teamFeed: address(`/teams/:team/${FEED}`, ...SINCE),
  teamJson: address('/teams/:team.json'),
  team: address('/teams/:team', 'format'),
  changes: address('/changes', ...CHANGES, 'format'),
  changesJson: address('/changes.json', ...CHANGES),
  changesCsv: address('/changes.csv', ...CHANGES),
  changesOf: address('/changes/packages', ...CHANGES),
  requestProgress: address('/requests/:uuid'),
  withdrawal: address('/requests/:uuid/withdraw'),
  runOfRequest: address('/run/:uuid'),
  logOfRequest: address('/run/:uuid/log'),
  user: address(`${USER}/`, ...ROWS, 'show-running', 'show-queued', 'show-results', 'only-results'),
  userFeed: address(`${USER}/${FEED}`, ...SINCE),
  userRequests: address(`${USER}/requests`, 'limit', 'after'),
  userPpas: address(`${USER}/ppa`),
  userPpa: address(`${USER}/ppa/:ppa`, ...ROWS),
  login: address('/login'),
  logout: address('/logout'),
  // For operators
  healthz: address('/healthz'),
  readyz: address('/readyz'),
  metrics: address('/metrics'),
} as const

export type RouteName = keyof typeof routes

/** What a route's page reads from its path. */
export type RouteParams<Name extends RouteName> = ReturnType<(typeof routes)[Name]['read']>
