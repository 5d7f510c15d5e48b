import { join } from 'node:path'
import type { BackendsConfig } from '../backends/index.ts'
import { NULL_WARNING } from '../domain/testbed/virt-server.ts'
import type { Config } from './config.ts'
import type { Values } from './settings.ts'
import { isLoopback, type Listen } from './values.ts'

/** What Keystone must be told; without it, all that is left is a public URL. */
const KEYSTONE_KEYS = ['os_auth_url', 'os_username', 'os_password', 'os_project_name'] as const

/** Whether the account is used as anybody who knows its address. */
const isAnonymous = ({ swift }: Values) => swift.storage_url !== undefined && swift.os_auth_url === undefined

function missingForSwift(values: Values): string[] {
  if (isAnonymous(values)) return []
  return KEYSTONE_KEYS.filter(key => values.swift[key] === undefined).map(
    key => `[swift] ${key}: is missing (or say storage_url for a public one, or [storage] uri = file:PATH)`,
  )
}

function storeOf(values: Values): BackendsConfig['store'] {
  const { storage, swift } = values
  if (storage.uri.engine === 'filesystem') return storage.uri
  if (isAnonymous(values))
    return { engine: 'swift', login: 'anonymous', storageUrl: swift.storage_url as string }
  return {
    engine: 'swift',
    login: 'keystone',
    authUrl: swift.os_auth_url as string,
    username: swift.os_username as string,
    password: swift.os_password as string,
    projectName: swift.os_project_name as string,
    projectDomainName: swift.os_project_domain_name,
    userDomainName: swift.os_user_domain_name,
    region: swift.region,
    storageUrl: swift.storage_url,
  }
}

function databaseOf({ web }: Values): BackendsConfig['database'] {
  const inDataDir = (name: string) => join(web.data_dir, name)
  if (web.database.engine === 'postgres') return { ...web.database, mirror: inDataDir('mirror.db') }
  return {
    engine: 'sqlite',
    results: web.database.file,
    derived: inDataDir('derived.db'),
    state: inDataDir('state.db'),
  }
}

function backendsOf(values: Values): BackendsConfig {
  const { web, amqp, login, launchpad, github } = values
  return {
    database: databaseOf(values),
    broker:
      amqp.uri.engine === 'rabbitmq'
        ? { ...amqp.uri, look: amqp.look }
        : { engine: 'embedded', file: amqp.uri.file ?? join(web.data_dir, 'broker.db') },
    store: storeOf(values),
    snapshots: {
      running: web.running_cache,
      queued: web.amqp_queue_cache,
      statistics: join(web.stats_cache_dir, 'stats.json'),
      ppaContainers: join(web.ppa_containers_cache_dir, 'ppa_containers.json'),
      alerts: web.alert,
    },
    archiveUrl: web.archive_url,
    publishedFile: web.database_public,
    login:
      login.provider === 'openid'
        ? { engine: 'openid', openidUrl: login.openid_url }
        : { engine: 'local', users: login.users },
    signingFile: web.session_secret_file,
    apiKeysFile: web.api_keys_file,
    launchpad:
      launchpad.provider === 'launchpad'
        ? { engine: 'http', apiUrl: launchpad.api_url }
        : { engine: 'static', uploaders: launchpad.static_uploaders },
    github: {
      apiUrl: github.api_url,
      secretsFile: github.secrets,
      credentialsFile: github.status_credentials,
    },
  }
}

const ANY_HOST = new Set(['0.0.0.0', '::'])

/** How this host itself can reach the site. */
function addressOf({ host, port }: Listen): string {
  const name = ANY_HOST.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** Whoever reaches a site with local login is whoever they like: only this machine's users may. */
function problemsOfLocalLogin(values: Values): string[] {
  const { login, web } = values
  if (login.provider !== 'local') return []
  const problem = '[login] provider: local is for one machine alone, and'
  return [
    ...(web.trusted_proxies.length > 0
      ? [`${problem} [web] trusted_proxies says that others come through`]
      : []),
    ...(isLoopback(web.base_url === undefined ? web.listen.host : new URL(web.base_url).hostname)
      ? []
      : [`${problem} [web] base_url (or listen) is not a loopback address`]),
    ...(login.users.length === 0 ? ['[login] users: names nobody who may log in'] : []),
  ]
}

/** Tests on this host itself are for those who know what that means. */
function problemsOfWorker({ worker }: Values): string[] {
  if (worker.virt?.server !== 'null' || worker.allow_null) return []
  return [`[worker] virt: ${NULL_WARNING} To run them there, say [worker] allow_null = yes (or --allow-null)`]
}

/** Tests on this host leave its apt as it is, unless told otherwise. */
function workerOf(values: Values): Config['worker'] {
  const { worker, web, launchpad } = values
  const isThisHost = worker.virt?.server === 'null'
  const pocket = worker.pocket ?? (isThisHost ? 'none' : 'proposed')
  return {
    releases: worker.releases ?? web.releases,
    arches: worker.arches,
    virt: worker.virt,
    slots: worker.slots,
    autopkgtest: worker.autopkgtest,
    extraArgs: worker.extra_args,
    outputDir: worker.output_dir,
    pocket: pocket === 'none' ? undefined : pocket,
    aptUpgrade: worker.apt_upgrade ?? !isThisHost,
    timeouts: worker.timeouts,
    longTimeouts: worker.long_timeouts,
    longestRun: worker.longest_run,
    neverRun: worker.never_run,
    longTests: worker.long_tests,
    bigPackages: worker.big_packages,
    bigArgs: worker.big_args,
    ppaUrl: worker.ppa_url,
    privatePpaUrl: worker.private_ppa_url,
    keyserverUrl: worker.keyserver_url,
    launchpadUrl: launchpad.api_url,
  }
}

/** What is wrong though each key is right by itself. */
export function problemsAcross(values: Values): string[] {
  const { web, storage } = values
  return [
    ...(storage.uri.engine === 'swift' ? missingForSwift(values) : []),
    ...(web.releases.length === 0 ? ['[web] releases: names no release'] : []),
    ...(web.arches.length === 0 ? ['[web] arches: names no architecture'] : []),
    ...problemsOfLocalLogin(values),
    ...problemsOfWorker(values),
  ]
}

/** What is odd, though it works. */
export function oddities({ web, storage, amqp }: Values): string[] {
  const found: string[] = []
  if (storage.uri.engine === 'swift' && amqp.uri.engine === 'embedded')
    found.push('[amqp] uri: the embedded broker serves this host alone; workers elsewhere need amqp://…')
  if (web.base_url === undefined && !isLoopback(web.listen.host))
    found.push(`[web] base_url: is missing; absolute links lead to ${addressOf(web.listen)}`)
  return found
}

/** Puts checked values into the shape that the program uses. */
export function configFrom(
  values: Values,
  source: { readonly file: string | undefined; readonly sample: boolean },
): Config {
  const { web, limits, amqp, derived, login, github } = values
  const baseUrl = web.base_url ?? addressOf(web.listen)
  return {
    file: source.file,
    sampleData: source.sample,
    backends: backendsOf(values),
    web: {
      listen: web.listen,
      baseUrl,
      dataDir: web.data_dir,
      releases: web.releases,
      arches: web.arches,
      externalSwiftUrl: web.external_swift_url ?? `${baseUrl}/results`,
      banner: web.banner,
      trustedProxies: web.trusted_proxies,
      trustedSites: web.trusted_sites,
      metricsAllow: web.metrics_allow,
      allowedTeams: web.allowed_requestors,
      admins: web.admins,
      githubHost: new URL(github.api_url).host,
      loginOrigin: login.provider === 'openid' ? new URL(login.openid_url).origin : undefined,
    },
    limits: {
      requestsPerHour: limits.requests_per_hour,
      pagesPerSecond: limits.pages_per_second,
      streams: limits.streams,
    },
    daemons: {
      completeQueue: amqp.complete_queue,
      trace: amqp.trace,
      failures: { sinceDays: derived.failures_since, logsPerSecond: derived.logs_per_second },
    },
    worker: workerOf(values),
  }
}
