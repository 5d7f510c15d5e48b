import { join } from 'node:path'
import * as as from './values.ts'

/** What defaults depend on. */
export interface Basis {
  readonly dataDir: string
  /** Nothing at all says where results come from: the first start on somebody's own machine. */
  readonly sample: boolean
  /** There is a configuration file, or Swift is set up in the environment. */
  readonly deployed: boolean
  /** Nobody but the users of this machine is meant to reach the site. */
  readonly loopback: boolean
}

/** One key of the configuration. */
export interface Setting<T> {
  readonly parse: (text: string) => T
  /** The text that stands for a missing key; undefined if it may be missing. */
  readonly preset: (basis: Basis) => string | undefined
  /** `yes`: never shown; `url`: shown without its password; `file`: the path of a file that holds secrets. */
  readonly secret: 'no' | 'yes' | 'url' | 'file'
  readonly required: boolean
}

type Options = {
  readonly preset?: Setting<unknown>['preset'] | string
  readonly secret?: Setting<unknown>['secret']
}

function presetOf(options: Options): Setting<unknown>['preset'] {
  const { preset } = options
  return typeof preset === 'function' ? preset : () => preset
}

/** A key that may be missing. */
function optional<T>(parse: (text: string) => T, options: Options = {}): Setting<T | undefined> {
  return { parse, preset: presetOf(options), secret: options.secret ?? 'no', required: false }
}

/** A key that has a value in any case: its default, or what the operator must say. */
function needed<T>(parse: (text: string) => T, options: Options = {}): Setting<T> {
  return { parse, preset: presetOf(options), secret: options.secret ?? 'no', required: true }
}

/** What is there only for a first look on one's own machine, where everybody may log in as anybody. */
const forFirstLook = (first: string, otherwise?: string) => ({
  preset: (basis: Basis) => (basis.sample && basis.loopback ? first : otherwise),
})

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
    database: needed(as.database, { ...inDataDir('autopkgtest.db'), secret: 'url' }),
    database_public: needed(as.path, inDataDir('public', 'autopkgtest.db')),
    external_swift_url: optional(as.webUrl, { secret: 'url' }),
    releases: needed(as.releases, { preset: basis => (basis.sample ? 'bookworm trixie' : undefined) }),
    stats_cache_dir: needed(as.path, inDataDir()),
    ppa_containers_cache_dir: needed(as.path, inDataDir()),
    archive_url: optional(as.webUrl, {
      preset: basis => (basis.sample ? undefined : 'http://archive.ubuntu.com/ubuntu'),
      secret: 'url',
    }),
    amqp_queue_cache: needed(as.path, inDataDir('queued.json')),
    running_cache: needed(as.path, inDataDir('running.json')),
    alert: needed(as.path, inDataDir('alert.txt')),
    allowed_requestors: needed(as.words, { preset: 'autopkgtest-requestors' }),
    admins: needed(as.words, forFirstLook('alice', '')),
    banner: optional(as.text),
    listen: needed(as.listen, { preset: '127.0.0.1:8080' }),
    base_url: optional(as.webUrl),
    arches: needed(as.arches, {
      preset: basis => (basis.sample ? 'amd64' : 'amd64 arm64 armhf i386 ppc64el riscv64 s390x'),
    }),
    data_dir: needed(as.path, inDataDir()),
    session_secret_file: optional(as.path, { secret: 'file' }),
    api_keys_file: optional(as.path, { secret: 'file' }),
    trusted_sites: needed(as.origins, { preset: '' }),
    trusted_proxies: needed(as.networks, { preset: '' }),
    metrics_allow: needed(as.networks, { preset: '127.0.0.0/8 ::1' }),
  },
  amqp: {
    uri: needed(as.brokerUri, { preset: 'embedded:', secret: 'url' }),
    trace: needed(as.oneOf('auto', 'off'), { preset: 'auto' }),
    look: needed(as.oneOf('auto', 'yes', 'no'), { preset: 'auto' }),
    complete_queue: optional(as.text),
  },
  swift: {
    os_auth_url: optional(as.webUrl, { secret: 'url' }),
    os_username: optional(as.text),
    os_password: optional(as.text, { secret: 'yes' }),
    os_project_name: optional(as.text),
    os_project_domain_name: needed(as.text, { preset: 'default' }),
    os_user_domain_name: needed(as.text, { preset: 'default' }),
    os_identity_api_version: needed(as.identityVersion, { preset: '3' }),
    storage_url: optional(as.webUrl, { secret: 'url' }),
    region: optional(as.text),
  },
  storage: {
    uri: needed(as.storeUri, {
      preset: basis => (basis.deployed ? 'swift:' : `file:${join(basis.dataDir, 'store')}`),
    }),
  },
  login: {
    provider: needed(as.oneOf('openid', 'local'), forFirstLook('local', 'openid')),
    openid_url: needed(as.webUrl, { preset: 'https://login.ubuntu.com/' }),
    users: needed(as.words, forFirstLook('alice bob', '')),
  },
  launchpad: {
    provider: needed(as.oneOf('launchpad', 'static'), {
      preset: basis => (basis.sample ? 'static' : 'launchpad'),
    }),
    api_url: needed(as.webUrl, { preset: 'https://api.launchpad.net/1.0/' }),
    static_uploaders: needed(as.words, forFirstLook('alice', '')),
  },
  github: {
    secrets: optional(as.path, { secret: 'file' }),
    status_credentials: optional(as.path, { secret: 'file' }),
    api_url: needed(as.webUrl, { preset: 'https://api.github.com' }),
  },
  limits: {
    requests_per_hour: needed(as.count(1), { preset: '500' }),
    pages_per_second: needed(as.count(0), { preset: '0' }),
    streams: needed(as.count(1), { preset: '20' }),
  },
  derived: {
    failures_since: needed(as.days, { preset: '180d' }),
    logs_per_second: needed(as.count(0), { preset: '5' }),
  },
  worker: {
    arches: needed(as.arches, { preset: OWN_ARCH }),
    releases: optional(as.releases),
    virt: optional(as.virtServer),
    allow_null: needed(as.yesOrNo, { preset: 'no' }),
    slots: needed(as.count(1), { preset: '1' }),
    autopkgtest: needed(as.path, { preset: '/usr/bin/autopkgtest' }),
    extra_args: needed(as.commandWords, { preset: '' }),
    output_dir: needed(as.path, inDataDir('worker')),
    pocket: optional(as.pocket),
    apt_upgrade: optional(as.yesOrNo),
    timeouts: needed(as.timeouts, { preset: 'short=300 install=3000 test=10000 copy=900 build=20000' }),
    long_timeouts: needed(as.timeouts, { preset: 'short=300 install=3000 test=40000 copy=900 build=40000' }),
    longest_run: needed(as.count(1), { preset: '259200' }),
    never_run: optional(as.path),
    long_tests: optional(as.path),
    big_packages: optional(as.path),
    big_args: needed(as.commandWords, { preset: '' }),
    ppa_url: needed(as.webUrl, { preset: 'https://ppa.launchpadcontent.net' }),
    private_ppa_url: needed(as.webUrl, { preset: 'https://private-ppa.launchpadcontent.net' }),
    keyserver_url: needed(as.webUrl, { preset: 'https://keyserver.ubuntu.com' }),
  },
} as const

export type SectionName = keyof typeof SETTINGS

type ValueOf<S> = S extends Setting<infer T> ? T : never

/** The value of every key, typed. */
export type Values = {
  readonly [S in SectionName]: {
    readonly [K in keyof (typeof SETTINGS)[S]]: ValueOf<(typeof SETTINGS)[S][K]>
  }
}
