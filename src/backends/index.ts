import { dirname } from 'node:path'
import { endInTurn } from '../domain/ending.ts'
import type { Log } from '../log.ts'
import type { Archive } from './archive/archive.ts'
import { httpArchive } from './archive/http.ts'
import { noArchive } from './archive/none.ts'
import type { Broker } from './broker/broker.ts'
import { embeddedBroker } from './broker/embedded/embedded.ts'
import type { LookMode } from './broker/rabbitmq/queues-not-read.ts'
import { rabbitmqBroker } from './broker/rabbitmq/rabbitmq.ts'
import type { Derived } from './derived/derived.ts'
import { postgresDerived } from './derived/postgres/postgres.ts'
import { sqliteDerived } from './derived/sqlite/sqlite.ts'
import type { Documents } from './documents/documents.ts'
import { type DocumentSources, operatorDocuments } from './documents/operator.ts'
import type { Github } from './github/github.ts'
import { type HttpGithubOptions, httpGithub } from './github/http.ts'
import { httpLaunchpad } from './launchpad/http.ts'
import type { Launchpad } from './launchpad/launchpad.ts'
import { staticLaunchpad } from './launchpad/static.ts'
import { localLogin } from './login/local.ts'
import type { Login } from './login/login.ts'
import { openidLogin } from './login/openid.ts'
import { publishedFiles } from './published/files.ts'
import type { Published } from './published/published.ts'
import { postgresResults } from './results/postgres/postgres.ts'
import type { Results } from './results/results.ts'
import { sqliteResults } from './results/sqlite/sqlite.ts'
import { type SnapshotFiles, snapshotFiles } from './snapshots/files.ts'
import type { Snapshots } from './snapshots/snapshots.ts'
import { withFileKeys } from './state/files/file-keys.ts'
import { fileSigning } from './state/files/signing.ts'
import { postgresState } from './state/postgres/postgres.ts'
import { sqliteState } from './state/sqlite/sqlite.ts'
import type { State } from './state/state.ts'
import { filesystemStore } from './store/filesystem/filesystem.ts'
import type { Store } from './store/store.ts'
import { type SwiftConfig, swiftStore } from './store/swift/swift.ts'
import { transcriptFiles } from './transcripts/files.ts'
import type { Transcripts } from './transcripts/transcripts.ts'

/** Everything outside the process, by capability. Handlers take a `Pick` of what they use. */
export interface Backends {
  readonly results: Results
  readonly derived: Derived
  readonly state: State
  readonly broker: Broker
  readonly store: Store
  readonly snapshots: Snapshots
  readonly transcripts: Transcripts
  readonly archive: Archive
  readonly documents: Documents
  readonly published: Published
  readonly login: Login
  readonly launchpad: Launchpad
  readonly github: Github
}

export type DatabaseConfig =
  | { readonly engine: 'sqlite'; readonly file: string }
  | { readonly engine: 'postgres'; readonly url: string }

/** The three databases, each with its own engine. Schemas of one PostgreSQL database may serve all. */
export interface DatabasesConfig {
  /** The mirror is a local file from which the rows of a server are published. */
  readonly results:
    | Extract<DatabaseConfig, { engine: 'sqlite' }>
    | (Extract<DatabaseConfig, { engine: 'postgres' }> & { readonly mirror: string })
  readonly derived: DatabaseConfig
  readonly state: DatabaseConfig
}

/** The engine of each capability. */
export interface BackendsConfig {
  readonly databases: DatabasesConfig
  readonly broker:
    | { readonly engine: 'embedded'; readonly file: string }
    | { readonly engine: 'rabbitmq'; readonly uri: string; readonly look: LookMode }
  readonly store:
    | { readonly engine: 'filesystem'; readonly root: string }
    | ({ readonly engine: 'swift' } & SwiftConfig)
  readonly snapshots: SnapshotFiles
  /** The folder for the output of running tests. */
  readonly transcripts: string
  /** Undefined for no archive. */
  readonly archiveUrl: string | undefined
  /** The documents that the operator configures, and others write. */
  readonly documents: DocumentSources
  /** The file that other programs fetch; see `publishedFiles`. */
  readonly publishedFile: string
  readonly login:
    | { readonly engine: 'openid'; readonly openidUrl: string }
    | { readonly engine: 'local'; readonly users: readonly string[] }
  /** The file of signing keys; undefined to keep them in the state database. */
  readonly signingFile: string | undefined
  /** API keys in plain text, `{"NAME": "key"}`, in addition to those of the state database. */
  readonly apiKeysFile: string | undefined
  readonly launchpad:
    | { readonly engine: 'http'; readonly apiUrl: string }
    | { readonly engine: 'static'; readonly uploaders: readonly string[] }
  readonly github: HttpGithubOptions
}

interface Closeable {
  close(): Promise<void>
}

/**
 * Opens one after the other; if one cannot be opened, those before it are closed, as they keep a process
 * alive.
 */
async function openDatabases(config: DatabasesConfig, log: Log, opened: Closeable[]) {
  const open = async <T extends Closeable>(opening: Promise<T>): Promise<T> => {
    const one = await opening
    opened.push(one)
    return one
  }
  return {
    results: await open(openResults(config.results, log)),
    derived: await open(openDerived(config.derived, log)),
    state: await open(openState(config.state, log)),
  }
}

const openResults = (config: DatabasesConfig['results'], log: Log): Promise<Results> =>
  config.engine === 'sqlite' ? sqliteResults({ ...config, log }) : postgresResults({ ...config, log })

const openDerived = (config: DatabaseConfig, log: Log): Promise<Derived> =>
  config.engine === 'sqlite' ? sqliteDerived({ ...config, log }) : postgresDerived({ ...config, log })

const openState = (config: DatabaseConfig, log: Log): Promise<State> =>
  config.engine === 'sqlite' ? sqliteState({ ...config, log }) : postgresState({ ...config, log })

/** The state database with the secrets that are kept in separate files. */
function withSecretFiles(state: State, { signingFile, apiKeysFile }: BackendsConfig, log: Log): State {
  const { accounts, signing } = state
  return {
    ...state,
    signing: signingFile === undefined ? signing : fileSigning(signingFile),
    accounts: apiKeysFile === undefined ? accounts : withFileKeys(accounts, apiKeysFile, log),
  }
}

/** Opens every engine; absent services are connected to later, except a database, which must answer. */
export async function openBackends(config: BackendsConfig, log: Log): Promise<Backends & AsyncDisposable> {
  const opened: Closeable[] = []
  try {
    return await openAll(config, log, opened)
  } catch (error) {
    await endInTurn(opened.reverse().map(one => () => one.close())).catch(() => undefined)
    throw error
  }
}

async function openAll(
  config: BackendsConfig,
  log: Log,
  opened: Closeable[],
): Promise<Backends & AsyncDisposable> {
  const databases = await openDatabases(config.databases, log, opened)
  const { state } = databases
  const backends: Backends = {
    ...databases,
    state: withSecretFiles(state, config, log),
    broker:
      config.broker.engine === 'embedded'
        ? embeddedBroker({ file: config.broker.file, log })
        : rabbitmqBroker({ ...config.broker, log }),
    store: openStore(config.store, log),
    snapshots: snapshotFiles(config.snapshots),
    transcripts: transcriptFiles({ folder: config.transcripts }),
    archive: config.archiveUrl === undefined ? noArchive : httpArchive({ url: config.archiveUrl }),
    documents: operatorDocuments(config.documents, log),
    published: publishedFiles({ file: config.publishedFile }),
    login: config.login.engine === 'openid' ? openidLogin(config.login) : localLogin(config.login),
    launchpad:
      config.launchpad.engine === 'http'
        ? httpLaunchpad(config.launchpad)
        : staticLaunchpad(config.launchpad),
    github: httpGithub(config.github),
  }
  return {
    ...backends,
    async [Symbol.asyncDispose]() {
      await endInTurn(
        Object.values(backends)
          .reverse()
          .map(backend => () => backend.close()),
      )
    },
  }
}

/** The folders in which the engines create their files. */
export function foldersOf({ databases, broker, store }: BackendsConfig): string[] {
  const files = Object.values(databases).flatMap(one => (one.engine === 'sqlite' ? [one.file] : []))
  return [
    ...[...files, ...(broker.engine === 'embedded' ? [broker.file] : [])].map(file => dirname(file)),
    ...(store.engine === 'filesystem' ? [store.root] : []),
  ]
}

/** Whether the queues of workers are created here: on a real broker, its workers create them. */
export const makesQueues = ({ broker }: BackendsConfig): boolean => broker.engine === 'embedded'

/** The folder of the store, if it is one. */
export const storeFolder = ({ store }: BackendsConfig): string | undefined =>
  store.engine === 'filesystem' ? store.root : undefined

/** Only the object store, for a command that works without a database. */
export function openStore(config: BackendsConfig['store'], log: Log): Store {
  return config.engine === 'filesystem' ? filesystemStore({ root: config.root }) : swiftStore(config, { log })
}

/** Only the live state, for a command that does not need a database. */
export function openSnapshots(config: Pick<BackendsConfig, 'snapshots'>): Snapshots {
  return snapshotFiles(config.snapshots)
}
