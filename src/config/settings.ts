import { join } from 'node:path'
import { type Basis, inDataDir, needed, optional, type Setting } from './setting.ts'
import * as as from './values.ts'
import { WORKER_SETTINGS } from './worker-settings.ts'

/** Keys only for a first look on one's own machine, where everybody may log in as anybody. */
const forFirstLook = (first: string, otherwise?: string) => ({
  preset: (basis: Basis) => (basis.sample && basis.loopback ? first : otherwise),
})

/** The value for the sample of real runs, and the one for the world that is made up around it. */
const sampled = ({ sample, world }: Basis, runs: string, made: string): string | undefined =>
  sample ? (world ? made : runs) : undefined

/** All keys. The first ones of [web], [amqp], [swift] and [github] are those of older installations. */
export const SETTINGS = {
  web: {
    database: needed(as.database, 'the results database: a path (SQLite) or a `postgres://` URL', {
      ...inDataDir('autopkgtest.db'),
      secret: 'url',
    }),
    derived_database: optional(
      as.database,
      'the database of derived data, likewise; it can be dropped, and is then rebuilt',
      { absent: 'beside `database`', secret: 'url' },
    ),
    state_database: optional(
      as.database,
      'the database of what cannot be rebuilt (requests, sessions, API keys), likewise',
      { absent: 'beside `database`', secret: 'url' },
    ),
    database_public: needed(
      as.path,
      'the published copy, with `.sha256` beside it',
      inDataDir('public', 'autopkgtest.db'),
    ),
    external_swift_url: optional(as.webUrl, 'the base address of absolute links to results', {
      absent: '`BASE_URL/results`',
      secret: 'url',
    }),
    releases: needed(as.releases, 'the releases, oldest first', {
      preset: basis => sampled(basis, 'bookworm trixie', 'bookworm trixie forky'),
    }),
    stats_cache_dir: needed(as.path, 'the folder in which `stats.json` is kept', inDataDir()),
    ppa_containers_cache_dir: needed(
      as.path,
      'the folder in which `ppa_containers.json` is kept',
      inDataDir(),
    ),
    archive_url: optional(
      as.webUrl,
      'the archive from which current versions are read; not used with sample data',
      {
        preset: basis => (basis.sample ? undefined : 'http://archive.ubuntu.com/ubuntu'),
        secret: 'url',
      },
    ),
    teams: optional(
      as.pathOrUrl,
      'a JSON file or URL of `{"TEAM": ["PACKAGE", …]}`, checked for changes every hour',
      { absent: 'none: there are no pages of teams', secret: 'url' },
    ),
    excuses_url: optional(
      as.pathOrUrl,
      "britney's `update_excuses.yaml`, plain or compressed (`.gz`, `.xz`), to show what else blocks an upload; checked for changes every five minutes",
      { absent: 'none: pages of triggers do not show it', secret: 'url' },
    ),
    package_lists: needed(
      as.named,
      'lists of packages by which pages can be filtered: `NAME=PATH` or `NAME=URL`, separated by spaces; one package per line, `#` begins a comment; checked for changes like `teams`',
      { preset: '' },
    ),
    amqp_queue_cache: needed(
      as.path,
      'the file of waiting requests, for this site and other programs',
      inDataDir('queued.json'),
    ),
    running_cache: needed(
      as.path,
      'the file of running tests, for this site and other programs',
      inDataDir('running.json'),
    ),
    alert: needed(as.path, 'see "Alerts"', inDataDir('alert.txt')),
    allowed_requestors: needed(as.words, 'Launchpad teams whose members may request anything', {
      preset: 'autopkgtest-requestors',
    }),
    admins: needed(
      as.words,
      'people and teams on Launchpad who may remove waiting requests from queues; see "Queues"',
      forFirstLook('alice', ''),
    ),
    sample_world: needed(
      as.yesOrNo,
      'whether, without any configuration, a made-up archive of about 300 packages is shown beside the few real runs',
      { preset: basis => (basis.sample ? 'yes' : 'no') },
    ),
    banner: optional(as.text, 'a notice on every page, for example on a staging site'),
    listen: needed(as.listen, '`HOST:PORT` or `[::1]:8080`; port 0 stands for any free port', {
      preset: '127.0.0.1:8080',
    }),
    base_url: optional(as.webUrl, 'the public address of the site', { absent: 'the address of `listen`' }),
    arches: needed(as.arches, 'the architectures that have queues', {
      preset: basis =>
        sampled(basis, 'amd64', 'amd64 arm64 armhf ppc64el riscv64 s390x') ??
        'amd64 arm64 armhf i386 ppc64el riscv64 s390x',
    }),
    data_dir: needed(
      as.path,
      'the folder for all data without a key of its own; its subfolder `live-logs` holds the output of running tests (256 KB each, 32 MB in total, readable by this user only), written by `amqp-status-collector`',
      { ...inDataDir(), absent: '`./var`' },
    ),
    session_secret_file: optional(
      as.path,
      'the file of secrets for signing sessions, one per line; see "Logins"',
      {
        absent: 'none: in the state database',
        secret: 'file',
      },
    ),
    api_keys_file: optional(
      as.path,
      'a JSON file of plain-text API keys, as used by older installations, `{"NAME": "key"}`; see "Requests"',
      { secret: 'file' },
    ),
    trusted_sites: needed(
      as.origins,
      'origins whose links may submit requests, such as the origin of the excuses page',
      { preset: '' },
    ),
    trusted_proxies: needed(
      as.networks,
      'addresses and networks of proxies whose `X-Forwarded-*` headers are trusted',
      { preset: '' },
    ),
    metrics_allow: needed(
      as.networks,
      'addresses and networks that may read `/metrics` and the details of `/readyz`',
      {
        preset: '127.0.0.0/8 ::1',
      },
    ),
  },
  amqp: {
    uri: needed(as.brokerUri, '`amqp://…`, `amqps://…`, `embedded:` or `embedded:FILE`', {
      preset: 'embedded:',
      secret: 'url',
    }),
    trace: needed(
      as.oneOf('auto', 'off'),
      '`auto`: use the message trace of the broker where it is on; `off`: never use it',
      { preset: 'auto' },
    ),
    look: needed(
      as.oneOf('auto', 'yes', 'no'),
      '`yes`: inspect queues even if the broker does not report their type; `no`: never inspect queues; see "RabbitMQ"',
      { preset: 'auto' },
    ),
    complete_queue: optional(as.text, 'the queue for completions; ID is the id of the results database', {
      absent: '`autopkgtest-web.complete.ID`',
    }),
  },
  swift: {
    os_auth_url: optional(as.webUrl, 'Keystone v3', { absent: 'must be given for Swift', secret: 'url' }),
    os_username: optional(as.text, 'for Keystone', { absent: 'must be given for Swift' }),
    os_password: optional(as.text, 'for Keystone', { absent: 'must be given for Swift', secret: 'yes' }),
    os_project_name: optional(as.text, 'for Keystone', { absent: 'must be given for Swift' }),
    os_project_domain_name: needed(
      as.text,
      'the name of a domain; `default` stands for the first domain of an OpenStack, which is named `Default`',
      { preset: 'default' },
    ),
    os_user_domain_name: needed(as.text, 'likewise', { preset: 'default' }),
    os_identity_api_version: needed(as.identityVersion, 'the only supported version', { preset: '3' }),
    storage_url: optional(
      as.webUrl,
      'the address of the account; if it is the only key of the section, the account is public and read without a login',
      { absent: "from Keystone's catalog", secret: 'url' },
    ),
    region: optional(as.text, 'the region of the object store', {
      absent: 'the first endpoint of the catalog',
    }),
  },
  storage: {
    uri: needed(as.storeUri, '`swift:` or `file:PATH`', {
      preset: basis => (basis.deployed ? 'swift:' : `file:${join(basis.dataDir, 'store')}`),
    }),
  },
  login: {
    provider: needed(
      as.oneOf('openid', 'local'),
      '`openid`, or `local` on your own machine',
      forFirstLook('local', 'openid'),
    ),
    openid_url: needed(as.webUrl, 'the OpenID 2.0 provider', { preset: 'https://login.ubuntu.com/' }),
    users: needed(as.words, 'the users of `local`, separated by spaces', forFirstLook('alice bob', '')),
  },
  launchpad: {
    provider: needed(
      as.oneOf('launchpad', 'static'),
      '`launchpad`, or `static`, which regards every package, version and PPA as published',
      {
        preset: basis => (basis.sample ? 'static' : 'launchpad'),
      },
    ),
    api_url: needed(as.webUrl, "the address of Launchpad's API", {
      preset: 'https://api.launchpad.net/1.0/',
    }),
    static_uploaders: needed(
      as.words,
      'the people who may request anything with `static`',
      forFirstLook('alice', ''),
    ),
  },
  github: {
    secrets: optional(as.path, 'a JSON file of webhook secrets; see "GitHub"', {
      absent: 'none: webhooks are refused',
      secret: 'file',
    }),
    status_credentials: optional(as.path, 'a file with a line `package:user:token` for each package', {
      absent: 'none: no statuses are posted',
      secret: 'file',
    }),
    api_url: needed(as.webUrl, 'the address of the GitHub API that statuses are posted to', {
      preset: 'https://api.github.com',
    }),
  },
  limits: {
    requests_per_hour: needed(
      as.count(1),
      'the number of tests that a requester may request; the limit of an address is twice as high',
      { preset: '500' },
    ),
    pages_per_second: needed(
      as.count(0),
      'the number of pages that an address may request, with some more in a burst; `0`: no limit',
      { preset: '0' },
    ),
    streams: needed(as.count(1), 'the number of logs and live pages that an address may have open at once', {
      preset: '20',
    }),
  },
  derived: {
    failures_since: needed(
      as.days,
      'how far back the logs of earlier runs are read to find out why they failed',
      { preset: '180d' },
    ),
    logs_per_second: needed(
      as.count(0),
      'the largest number of those logs that are read per second; `0`: none are read',
      {
        preset: '5',
      },
    ),
  },
  worker: WORKER_SETTINGS,
} as const

export type SectionName = keyof typeof SETTINGS

type ValueOf<S> = S extends Setting<infer T> ? T : never

/** A key as written in the program: `requestsPerHour`. */
type Camel<Key> = Key extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<Camel<Rest>>}`
  : Key & string

/** The value of every key, typed. */
export type Values = {
  readonly [S in SectionName]: {
    readonly [K in keyof (typeof SETTINGS)[S] as Camel<K>]: ValueOf<(typeof SETTINGS)[S][K]>
  }
}

/** The name of a key's value. */
export const valueName = (key: string): string =>
  key.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
