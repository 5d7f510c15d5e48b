import { join } from 'node:path'
import { type Basis, needed, optional, type Setting } from './setting.ts'
import * as as from './values.ts'

/** What is there only for a first look on one's own machine, where everybody may log in as anybody. */
const forFirstLook = (first: string, otherwise?: string) => ({
  preset: (basis: Basis) => (basis.sample && basis.loopback ? first : otherwise),
})

/** What the sample of real runs has, and the world that is made up around it. */
const sampled = ({ sample, world }: Basis, runs: string, made: string): string | undefined =>
  sample ? (world ? made : runs) : undefined

const inDataDir = (...names: string[]) => ({ preset: (basis: Basis) => join(basis.dataDir, ...names) })

/** This machine, as Debian calls it. */
const OWN_ARCH =
  (
    { x64: 'amd64', ia32: 'i386', arm: 'armhf', ppc64: 'ppc64el' } satisfies Partial<
      Record<NodeJS.Architecture, string>
    > as Partial<Record<string, string>>
  )[process.arch] ?? process.arch

/** Every key there is. The first ones of [web], [amqp], [swift] and [github] are those of older installations. */
export const SETTINGS = {
  web: {
    database: needed(as.database, 'the results database: a path (SQLite) or a `postgres://` URL', {
      ...inDataDir('autopkgtest.db'),
      secret: 'url',
    }),
    derived_database: optional(
      as.database,
      'what is derived from the results, likewise; it can be dropped, and is made again',
      { absent: 'beside `database`', secret: 'url' },
    ),
    state_database: optional(
      as.database,
      'what cannot be made again, likewise: requests, sessions, API keys',
      { absent: 'beside `database`', secret: 'url' },
    ),
    database_public: needed(
      as.path,
      'the published copy, with `.sha256` beside it',
      inDataDir('public', 'autopkgtest.db'),
    ),
    external_swift_url: optional(as.webUrl, 'where absolute links to results lead', {
      absent: '`BASE_URL/results`',
      secret: 'url',
    }),
    releases: needed(as.releases, 'oldest first', {
      preset: basis => sampled(basis, 'bookworm trixie', 'bookworm trixie forky'),
    }),
    stats_cache_dir: needed(as.path, 'the folder of `stats.json`', inDataDir()),
    ppa_containers_cache_dir: needed(as.path, 'the folder of `ppa_containers.json`', inDataDir()),
    archive_url: optional(as.webUrl, 'where the current versions are read; sample data asks no archive', {
      preset: basis => (basis.sample ? undefined : 'http://archive.ubuntu.com/ubuntu'),
      secret: 'url',
    }),
    teams: optional(
      as.pathOrUrl,
      'a JSON file or URL of `{"TEAM": ["PACKAGE", …]}`, read again each hour if it has changed',
      { absent: 'none: no page of a team', secret: 'url' },
    ),
    excuses_url: optional(
      as.pathOrUrl,
      "britney's `update_excuses.yaml`, as it is or packed (`.gz`, `.xz`), for what else holds an upload up; read again each five minutes if it has changed",
      { absent: 'none: the page of a trigger says nothing of it', secret: 'url' },
    ),
    package_lists: needed(
      as.named,
      'lists of packages that pages can be narrowed to: `NAME=PATH` or `NAME=URL`, separated by blanks; one package a line, `#` begins a comment; read again like `teams`',
      { preset: '' },
    ),
    amqp_queue_cache: needed(
      as.path,
      'what waits, for this site and other programs',
      inDataDir('queued.json'),
    ),
    running_cache: needed(as.path, 'what runs, for this site and other programs', inDataDir('running.json')),
    alert: needed(as.path, 'see "Alerts"', inDataDir('alert.txt')),
    allowed_requestors: needed(as.words, 'Launchpad teams whose members may request anything', {
      preset: 'autopkgtest-requestors',
    }),
    admins: needed(
      as.words,
      'people and teams of Launchpad who may take waiting requests out of their queues; see "Queues"',
      forFirstLook('alice', ''),
    ),
    sample_world: needed(
      as.yesOrNo,
      'without any configuration: whether a made-up archive of some 300 packages is shown beside the few real runs',
      { preset: basis => (basis.sample ? 'yes' : 'no') },
    ),
    banner: optional(as.text, 'a line on every page, for a staging site'),
    listen: needed(as.listen, '`HOST:PORT`, `[::1]:8080`; port 0 is any free one', {
      preset: '127.0.0.1:8080',
    }),
    base_url: optional(as.webUrl, 'where people see the site', { absent: 'the address of `listen`' }),
    arches: needed(as.arches, 'whose queues there are', {
      preset: basis =>
        sampled(basis, 'amd64', 'amd64 arm64 armhf ppc64el riscv64 s390x') ??
        'amd64 arm64 armhf i386 ppc64el riscv64 s390x',
    }),
    data_dir: needed(
      as.path,
      'for all that has no key of its own; `live-logs` in it has what running tests print (256 KB each, 32 MB in all, for this user alone), written by `amqp-status-collector`',
      { ...inDataDir(), absent: '`./var`' },
    ),
    session_secret_file: optional(as.path, 'what sessions are signed with, one secret a line; see "Logins"', {
      absent: 'none: in the state database',
      secret: 'file',
    }),
    api_keys_file: optional(
      as.path,
      'a JSON file of plain API keys as older installations have it, `{"NAME": "key"}`; see "Requests"',
      { secret: 'file' },
    ),
    trusted_sites: needed(
      as.origins,
      'origins whose links may submit requests, such as that of the excuses page',
      { preset: '' },
    ),
    trusted_proxies: needed(
      as.networks,
      'addresses and networks whose `X-Forwarded-*` headers are believed',
      { preset: '' },
    ),
    metrics_allow: needed(as.networks, 'who may read `/metrics` and the details of `/readyz`', {
      preset: '127.0.0.0/8 ::1',
    }),
  },
  amqp: {
    uri: needed(as.brokerUri, '`amqp://…`, `amqps://…`, `embedded:` or `embedded:FILE`', {
      preset: 'embedded:',
      secret: 'url',
    }),
    trace: needed(as.oneOf('auto', 'off'), "`off`: never use the broker's trace", { preset: 'auto' }),
    look: needed(
      as.oneOf('auto', 'yes', 'no'),
      '`yes`: look into waiting requests also where the broker does not say what kind of queue it is; `no`: never look; see "RabbitMQ"',
      { preset: 'auto' },
    ),
    complete_queue: optional(as.text, 'the queue for completions; ID is made with the database', {
      absent: '`autopkgtest-web.complete.ID`',
    }),
  },
  swift: {
    os_auth_url: optional(as.webUrl, 'Keystone v3', { absent: 'must be given for Swift', secret: 'url' }),
    os_username: optional(as.text, 'of Keystone', { absent: 'must be given for Swift' }),
    os_password: optional(as.text, 'of Keystone', { absent: 'must be given for Swift', secret: 'yes' }),
    os_project_name: optional(as.text, 'of Keystone', { absent: 'must be given for Swift' }),
    os_project_domain_name: needed(
      as.text,
      'the name of a domain; `default` is the first one of an OpenStack, whose name is `Default`',
      { preset: 'default' },
    ),
    os_user_domain_name: needed(as.text, 'likewise', { preset: 'default' }),
    os_identity_api_version: needed(as.identityVersion, 'nothing else is supported', { preset: '3' }),
    storage_url: optional(
      as.webUrl,
      'with nothing else in the section: a public account, read without a login',
      { absent: "from Keystone's catalog", secret: 'url' },
    ),
    region: optional(as.text, 'the region of the object store', { absent: 'the first endpoint' }),
  },
  storage: {
    uri: needed(as.storeUri, '`swift:` or `file:PATH`', {
      preset: basis => (basis.deployed ? 'swift:' : `file:${join(basis.dataDir, 'store')}`),
    }),
  },
  login: {
    provider: needed(
      as.oneOf('openid', 'local'),
      "`openid`, or `local` on one's own machine",
      forFirstLook('local', 'openid'),
    ),
    openid_url: needed(as.webUrl, 'the one OpenID 2.0 provider', { preset: 'https://login.ubuntu.com/' }),
    users: needed(
      as.words,
      'who may log in where `local`; names separated by blanks',
      forFirstLook('alice bob', ''),
    ),
  },
  launchpad: {
    provider: needed(
      as.oneOf('launchpad', 'static'),
      '`launchpad`, or `static`: every package, version and PPA counts as published',
      {
        preset: basis => (basis.sample ? 'static' : 'launchpad'),
      },
    ),
    api_url: needed(as.webUrl, 'where Launchpad is asked', { preset: 'https://api.launchpad.net/1.0/' }),
    static_uploaders: needed(as.words, 'who may request anything where `static`', forFirstLook('alice', '')),
  },
  github: {
    secrets: optional(as.path, 'a JSON file of webhook secrets; see "GitHub"', {
      absent: 'none: no webhook is believed',
      secret: 'file',
    }),
    status_credentials: optional(as.path, 'a file of lines `package:user:token`', {
      absent: 'none: no status is posted',
      secret: 'file',
    }),
    api_url: needed(as.webUrl, 'the one GitHub that statuses are posted to', {
      preset: 'https://api.github.com',
    }),
  },
  limits: {
    requests_per_hour: needed(
      as.count(1),
      'tests that one requester may ask for; an address may have twice as many',
      { preset: '500' },
    ),
    pages_per_second: needed(
      as.count(0),
      'pages that one address may ask for, some more at once; `0`: no limit',
      { preset: '0' },
    ),
    streams: needed(as.count(1), 'logs and live pages that one address may have open at once', {
      preset: '20',
    }),
  },
  derived: {
    failures_since: needed(
      as.days,
      'how far back the logs of runs that are there already are read for why they failed',
      { preset: '180d' },
    ),
    logs_per_second: needed(as.count(0), 'how many of those logs are read in a second at most; `0`: none', {
      preset: '5',
    }),
  },
  worker: {
    arches: needed(as.arches, 'whose queues it takes from', { preset: OWN_ARCH, absent: "this machine's" }),
    releases: optional(as.releases, 'whose queues it takes from', { absent: 'those of `[web]`' }),
    virt: optional(
      as.virtServer,
      "the virtualisation server and its arguments: `schroot NAME`, `unshare …`, `lxd …`, `qemu …`; `$RELEASE`, `$ARCH` and `$PACKAGE` stand for the test's, and quotes hold words together. No shell reads it",
      { absent: 'must be given, here or with `--virt`' },
    ),
    allow_null: needed(as.yesOrNo, 'must be `yes` for `virt = null`', { preset: 'no' }),
    slots: needed(as.count(1), 'how many tests run at once', { preset: '1' }),
    autopkgtest: needed(as.path, 'the program', { preset: '/usr/bin/autopkgtest' }),
    extra_args: needed(
      as.commandWords,
      'options of autopkgtest for every test, such as `--setup-commands /srv/setup.sh`',
      { preset: '' },
    ),
    output_dir: needed(
      as.path,
      'its spool: one folder for each test in hand. Each worker needs its own',
      inDataDir('worker'),
    ),
    pocket: optional(
      as.pocket,
      'where triggers are taken from: `proposed-updates` on Debian, `none`: the testbed as it is',
      { absent: '`proposed`; `none` with `virt = null`' },
    ),
    apt_upgrade: optional(as.yesOrNo, 'upgrades the testbed first', {
      absent: '`yes`; `no` with `virt = null`',
    }),
    timeouts: needed(as.timeouts, 'seconds', {
      preset: 'short=300 install=3000 test=10000 copy=900 build=20000',
    }),
    long_timeouts: needed(as.timeouts, 'seconds, for the packages in `long_tests`', {
      preset: 'short=300 install=3000 test=40000 copy=900 build=40000',
    }),
    longest_run: needed(as.count(1), 'seconds after which a run is ended, whatever it does', {
      preset: '259200',
    }),
    never_run: optional(
      as.path,
      'a file of `package`, `package/arch` or `package/arch/release`, a line each, with `*` and `all`; read again for each test',
    ),
    long_tests: optional(as.path, 'likewise'),
    big_packages: optional(as.path, 'likewise'),
    big_args: needed(
      as.commandWords,
      'more arguments of the virtualisation server for `big_packages`, such as `--ram-size=8192`',
      { preset: '' },
    ),
    ppa_url: needed(as.webUrl, 'where PPAs are', { preset: 'https://ppa.launchpadcontent.net' }),
    private_ppa_url: needed(as.webUrl, 'where private PPAs are', {
      preset: 'https://private-ppa.launchpadcontent.net',
    }),
    keyserver_url: needed(
      as.webUrl,
      'where the keys of PPAs with a fingerprint are; other keys come from `[launchpad] api_url`',
      { preset: 'https://keyserver.ubuntu.com' },
    ),
  },
} as const

export type SectionName = keyof typeof SETTINGS

type ValueOf<S> = S extends Setting<infer T> ? T : never

/** A key as the program writes it: `requestsPerHour`. */
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
