import { join } from 'node:path'
import type { BackendsConfig } from '../backends/index.ts'
import { NULL_WARNING } from '../domain/testbed/virt-server.ts'
import type { Config } from './config.ts'
import type { Values } from './settings.ts'
import { type Database, isLoopback, type Listen } from './values.ts'

/** Whether the account is used in the same way as by anybody who knows its address. */
const isAnonymous = ({ swift }: Values) => swift.storageUrl !== undefined && swift.osAuthUrl === undefined

/** What Keystone must be told; without it, only a public URL is left. */
function missingForSwift(values: Values): string[] {
  if (isAnonymous(values)) return []
  const { osAuthUrl, osUsername, osPassword, osProjectName } = values.swift
  const needed = {
    os_auth_url: osAuthUrl,
    os_username: osUsername,
    os_password: osPassword,
    os_project_name: osProjectName,
  }
  const missing = Object.entries(needed).filter(([, value]) => value === undefined)
  return missing.map(
    ([key]) =>
      `[swift] ${key}: is missing (or set storage_url for a public one, or [storage] uri = file:PATH)`,
  )
}

function storeOf(values: Values): BackendsConfig['store'] {
  const { storage, swift } = values
  if (storage.uri.engine === 'filesystem') return storage.uri
  if (isAnonymous(values))
    return { engine: 'swift', login: 'anonymous', storageUrl: swift.storageUrl as string }
  return {
    engine: 'swift',
    login: 'keystone',
    authUrl: swift.osAuthUrl as string,
    username: swift.osUsername as string,
    password: swift.osPassword as string,
    projectName: swift.osProjectName as string,
    projectDomainName: swift.osProjectDomainName,
    userDomainName: swift.osUserDomainName,
    region: swift.region,
    storageUrl: swift.storageUrl,
  }
}

/** Data without a place of its own is beside the results: on their server, or in the data folder. */
function databasesOf({ web }: Values): BackendsConfig['databases'] {
  const { database } = web
  const inDataDir = (name: string) => join(web.dataDir, name)
  const beside = (name: string): Database =>
    database.engine === 'postgres' ? database : { engine: 'sqlite', file: inDataDir(name) }
  return {
    results: database.engine === 'postgres' ? { ...database, mirror: inDataDir('mirror.db') } : database,
    derived: web.derivedDatabase ?? beside('derived.db'),
    state: web.stateDatabase ?? beside('state.db'),
  }
}

function backendsOf(values: Values): BackendsConfig {
  const { web, amqp, login, launchpad, github } = values
  return {
    databases: databasesOf(values),
    broker:
      amqp.uri.engine === 'rabbitmq'
        ? { ...amqp.uri, look: amqp.look }
        : { engine: 'embedded', file: amqp.uri.file ?? join(web.dataDir, 'broker.db') },
    store: storeOf(values),
    snapshots: {
      running: web.runningCache,
      queued: web.amqpQueueCache,
      statistics: join(web.statsCacheDir, 'stats.json'),
      machineTime: join(web.statsCacheDir, 'machine-time.json'),
      ppaContainers: join(web.ppaContainersCacheDir, 'ppa_containers.json'),
      excuseDifferences: join(web.dataDir, 'excuse-differences.json'),
      alerts: web.alert,
    },
    transcripts: join(web.dataDir, 'live-logs'),
    archiveUrl: web.archiveUrl,
    documents: { teams: web.teams, packageLists: web.packageLists, excuses: web.excusesUrl },
    publishedFile: web.databasePublic,
    login:
      login.provider === 'openid'
        ? { engine: 'openid', openidUrl: login.openidUrl }
        : { engine: 'local', users: login.users },
    signingFile: web.sessionSecretFile,
    apiKeysFile: web.apiKeysFile,
    launchpad:
      launchpad.provider === 'launchpad'
        ? { engine: 'http', apiUrl: launchpad.apiUrl }
        : { engine: 'static', uploaders: launchpad.staticUploaders },
    github: {
      apiUrl: github.apiUrl,
      secretsFile: github.secrets,
      credentialsFile: github.statusCredentials,
    },
  }
}

const ANY_HOST = new Set(['0.0.0.0', '::'])

/** How this host itself can reach the site. */
function addressOf({ host, port }: Listen): string {
  const name = ANY_HOST.has(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** With local login, anybody who reaches the site can choose who they are: only this machine's users may reach it. */
function problemsOfLocalLogin(values: Values): string[] {
  const { login, web } = values
  if (login.provider !== 'local') return []
  const problem = '[login] provider: local is for a single machine only, and'
  return [
    ...(web.trustedProxies.length > 0
      ? [`${problem} [web] trusted_proxies says that requests come through a proxy`]
      : []),
    ...(isLoopback(web.baseUrl === undefined ? web.listen.host : new URL(web.baseUrl).hostname)
      ? []
      : [`${problem} [web] base_url (or listen) is not a loopback address`]),
    ...(login.users.length === 0 ? ['[login] users: names no user'] : []),
  ]
}

/** Tests on this host itself are for those who know what that means. */
function problemsOfWorker({ worker }: Values): string[] {
  if (worker.virt?.server !== 'null' || worker.allowNull) return []
  return [`[worker] virt: ${NULL_WARNING} To run them there, set [worker] allow_null = yes (or --allow-null)`]
}

/** Tests on this host do not change its apt configuration, unless told otherwise. */
function workerOf(values: Values): Config['worker'] {
  const { worker, web, launchpad } = values
  const isThisHost = worker.virt?.server === 'null'
  const pocket = worker.pocket ?? (isThisHost ? 'none' : 'proposed')
  return {
    ...worker,
    releases: worker.releases ?? web.releases,
    pocket: pocket === 'none' ? undefined : pocket,
    aptUpgrade: worker.aptUpgrade ?? !isThisHost,
    launchpadUrl: launchpad.apiUrl,
  }
}

/** Problems between keys that are valid individually. */
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

/** Settings that are odd, though they work. */
export function oddities({ web, storage, amqp }: Values): string[] {
  const found: string[] = []
  if (storage.uri.engine === 'swift' && amqp.uri.engine === 'embedded')
    found.push('[amqp] uri: the embedded broker serves this host only; workers on other hosts need amqp://…')
  if (web.baseUrl === undefined && !isLoopback(web.listen.host))
    found.push(`[web] base_url: is missing; absolute links lead to ${addressOf(web.listen)}`)
  return found
}

/** Puts checked values into the form that the program uses. */
export function configFrom(
  values: Values,
  source: { readonly file: string | undefined; readonly sample: boolean },
): Config {
  const { web, limits, amqp, derived, login, github } = values
  const baseUrl = web.baseUrl ?? addressOf(web.listen)
  return {
    file: source.file,
    sampleData: source.sample,
    sampleWorld: source.sample && web.sampleWorld && values.worker.virt === undefined,
    backends: backendsOf(values),
    web: {
      ...web,
      baseUrl,
      externalSwiftUrl: web.externalSwiftUrl ?? `${baseUrl}/results`,
      githubHost: new URL(github.apiUrl).host,
      loginOrigin: login.provider === 'openid' ? new URL(login.openidUrl).origin : undefined,
    },
    limits,
    daemons: {
      completeQueue: amqp.completeQueue,
      trace: amqp.trace,
      failures: { sinceDays: derived.failuresSince, logsPerSecond: derived.logsPerSecond },
    },
    worker: workerOf(values),
  }
}
